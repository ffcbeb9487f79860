"""Pages of the handmade city, opened in headless Chromium without a network."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from siting.mapping import write_maps

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def handmade() -> ModuleType:
    path = Path(__file__).parent.parent / "mapping" / "conftest.py"
    spec = importlib.util.spec_from_file_location("mapping_conftest", path)
    if spec is None or spec.loader is None:
        pytest.fail(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load_handmade()


@pytest.fixture(scope="session")
def maps(handmade: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the handmade city's pages."""
    folder = tmp_path_factory.mktemp("maps")
    report, searches, atlas, city = handmade.make(folder)
    write_maps(report, searches, atlas, city=city, folder=folder)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


class Opened:
    """One open page with everything that it tried: requests, dialogs, console errors."""

    def __init__(self, context, path: Path) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda r: self._request(r.url, path))
        self.page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-ready]")

    def _request(self, url: str, path: Path) -> None:
        if url != path.as_uri() and not url.startswith("data:"):
            self.requests.append(url)

    def _dialog(self, dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def mischief(self) -> dict[str, object]:
        """Everything that should not have happened; falsy values all through when clean."""
        return {
            "requests": self.requests,
            "errors": self.errors,
            "dialogs": self.dialogs,
            "pwned": self.page.evaluate("typeof window.__pwned !== 'undefined'"),
        }


@pytest.fixture
def open_page(chromium) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def opened(path: Path, *, width: int = 1440, height: int = 900) -> Opened:
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, offline=True)
        contexts.append(context)
        return Opened(context, path)

    yield opened
    for context in contexts:
        context.close()
