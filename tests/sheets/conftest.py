"""The handmade city of the maps: its sheets and a report, drawn once."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from siting.mapping.release import Scope
from siting.mapping.subject import Subject
from siting.sheets import SheetOptions, write_report_pdf, write_sheets

from .reading import Page, read_pages


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory):
    """Report, searches, atlas and city of the maps' handmade city."""
    path = Path(__file__).parent.parent / "mapping" / "handmade.py"
    spec = importlib.util.spec_from_file_location("handmade_city_of_sheets", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.make(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session")
def subject(made) -> Subject:
    report, searches, atlas, city = made
    return Subject(report, searches, atlas, city, Scope())


@pytest.fixture(scope="session")
def sheet_files(made, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The city's sheet and those of two districts, by stem."""
    report, searches, atlas, city = made
    folder = tmp_path_factory.mktemp("sheets")
    some = SheetOptions(districts=("449902", "449903"))
    only = SheetOptions(has_all_districts=False)
    every = [
        path
        for options in (only, some)
        for path in write_sheets(report, searches, atlas, city=city, folder=folder, options=options)
    ]
    return {path.stem: path for path in every}


@pytest.fixture(scope="session")
def sheets(sheet_files: dict[str, Path]) -> dict[str, list[Page]]:
    return {stem: read_pages(path) for stem, path in sheet_files.items()}


@pytest.fixture(scope="session")
def report_file(made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of one district."""
    report, searches, atlas, city = made
    options = SheetOptions(districts=("449902",))
    folder = tmp_path_factory.mktemp("reports")
    (path,) = write_report_pdf(report, searches, atlas, city=city, folder=folder, options=options)
    return path


@pytest.fixture(scope="session")
def booklet_pages(report_file: Path) -> list[Page]:
    return read_pages(report_file)


@pytest.fixture(scope="session")
def renamed(made) -> Callable[[str], tuple]:
    """The handmade city with one text in every name that people write."""
    report, searches, atlas, city = made

    def rename(text: str) -> tuple:
        projects = tuple(dataclasses.replace(p, name=text, stage=text) for p in report.projects)
        findings = tuple(dataclasses.replace(f, feature_name=text) for f in report.findings)
        changed = dataclasses.replace(report, projects=projects, findings=findings)
        return changed, searches, atlas, city

    return rename
