"""Exit statuses of the command line as a whole: usage, crash, help and version."""

from __future__ import annotations

from types import SimpleNamespace

import click
import pytest

from siting import api

from ..tiny_city import Files
from .conftest import Siting


def test_a_crash_is_status_3_and_says_so(
    siting: Siting, tiny: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(api, "load_study", broken)
    run = siting("check", tiny.write())
    assert (run.status, run.out) == (3, "")
    assert "siting crashed" in run.err
    assert "RuntimeError: a bug of ours" in run.err


def test_a_crash_of_the_run_is_status_3(
    siting: Siting, tiny: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(api, "run_study", broken)
    assert siting("run", tiny.write()).status == 3


def test_interrupted(siting: Siting, tiny: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise click.Abort

    monkeypatch.setattr(api, "load_study", stopped)
    assert siting("check", tiny.write()).status == 130


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["chekc"], "chekc"),
        (["check"], "CITY.toml"),
        (["check", "city.toml", "--nonsense"], "--nonsense"),
        (["check", "city.toml", "--as-of", "01.11.2026"], "01.11.2026"),
        (["check", "city.toml", "--workers", "0"], "0"),
    ],
)
def test_usage_is_status_2(arguments: list[str], word: str, siting: Siting) -> None:
    run = siting(*arguments)
    assert (run.status, run.out) == (2, "")
    assert word in run.err


@pytest.mark.parametrize("arguments", [["--help"], ["check", "-h"], ["--version"], ["rules", "-h"]])
def test_help_and_version(arguments: list[str], siting: Siting) -> None:
    run = siting(*arguments)
    assert run.status == 0
    assert "siting" in run.out


@pytest.mark.parametrize(("is_strict", "status"), [(False, 0), (True, 1)])
def test_run_counts_findings_only_when_strict(
    is_strict: bool, status: int, siting: Siting, tiny: Files
) -> None:
    from ..tiny_city import frame, rect

    tiny.add_layer("farmland", frame([rect(1090, 1000, 1300, 1100)]))
    out = tiny.folder / "out"
    run = siting(
        "run", tiny.write(), "-q", "--no-sheets", "-o", out, *(["--strict"] if is_strict else [])
    )
    assert run.status == status, run.err
    assert (out / "report.json").exists()
    assert (out / "city.html").exists()
    assert "identity sha256:" in run.out


def test_a_strict_run_without_findings_is_status_0(siting: Siting, tiny: Files) -> None:
    run = siting("run", tiny.write(), "-q", "--no-sheets", "-o", tiny.folder / "out", "--strict")
    assert run.status == 0, run.err


def test_today_is_taken_only_where_no_date_is_given(
    siting: Siting, tiny: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def load(path: object, *, as_of: object, **_: object) -> SimpleNamespace:
        seen.append(as_of)
        raise RuntimeError("enough")

    monkeypatch.setattr(api, "load_study", load)
    siting("check", tiny.write())
    del tiny.head["as_of"]
    siting("check", tiny.write())
    siting("check", tiny.write(), "--as-of", "2026-01-02")
    assert seen[0] is None
    assert seen[1] is not None
    assert str(seen[2]) == "2026-01-02"
