"""What all tests share: what is skipped where, and that CI skips nothing in silence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
#: Set by .ci/run: a test that cannot run is then a failed test.
REQUIRE_ALL = os.environ.get("SITING_REQUIRE_ALL") == "1"
#: No test depends on what another one left; those about what is kept say where.
os.environ["SITING_CACHE"] = "off"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs data or a browser that is not here, and say which."""
    browsers = ("chromium", "chromium-browser", "google-chrome")
    has_browser = any(shutil.which(name) for name in browsers)
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="no ../shared beside the repository"))
        if item.get_closest_marker("browser") and not has_browser:
            item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where nothing may be skipped."""
    report = yield
    may_skip = item.get_closest_marker("shared") is not None and not SHARED.is_dir()
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if REQUIRE_ALL and is_skip and not may_skip:
        report.outcome = "failed"
        report.longrepr = f"SITING_REQUIRE_ALL=1 and this was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file (importorskip) into a failure as well."""
    report = yield
    if REQUIRE_ALL and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"SITING_REQUIRE_ALL=1 and this file was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Return the repository's folder."""
    return ROOT
