"""The sample city, everything of it: no file of a package names another district's project.

Whose a project is, is found here by shapely and from the ledger: a district's own are those with
at least 1 m² (of a corridor 1 m) of red line in it, and those that the ledger gives to it.
"""

from __future__ import annotations

import html
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import shapely

from siting import api
from siting.sample import SAMPLE_AS_OF

pytestmark = pytest.mark.slow
#: What holds texts in members of its own.
ZIPPED = (".xlsx", ".docx", ".zip")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\U\+([0-9a-fA-F]{4})")
#: Kinds of files in which a district has to find its own projects: what is read is text indeed.
TELLING = {".pdf", ".docx", ".xlsx", ".html", ".gpkg", ".geojson", ".txt", ".dxf", ".dbf"}


@pytest.fixture(scope="module")
def whole(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> api.RunResult:
    """The sample city with everything that there is; no two projects have the same name."""
    output = tmp_path_factory.mktemp("whole")
    study = api.load(repo_root / "data", as_of=SAMPLE_AS_OF, output=output)
    projects = tuple(
        replace(one, name=f"{one.name}〔{one.id[-3:]}〕") for one in study.atlas.projects
    )
    study = replace(study, atlas=replace(study.atlas, projects=projects))
    return api.run_study(study, options=api.RunOptions(has_all=True))


def own_projects(study: api.Study, code: str) -> set[str]:
    districts = study.atlas.districts
    area = districts.geometry[districts["feature_id"].astype(str) == code].union_all()
    own = {project.id for project in study.atlas.projects if project.district.strip() == code}
    for line in study.atlas.red_lines:
        outline = line.geometry if line.geometry.is_valid else shapely.make_valid(line.geometry)
        piece = shapely.intersection(outline, area)
        if max(piece.area, piece.length if outline.area == 0 else 0.0) >= 1.0:
            own.add(line.project_id)
    return own


def texts_of(name: str, content: bytes) -> Iterator[str]:
    """Every text of a file, also of those that are packed into it."""
    kind = Path(name).suffix
    if kind in ZIPPED:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield member
                yield from texts_of(member, archive.read(member))
    elif kind == ".pdf":
        with pdfium.PdfDocument(content) as document:
            for page in document:
                yield "".join(page.get_textpage().get_text_range().split())
            yield " ".join(document.get_metadata_dict().values())
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        text = content.decode(encoding, "ignore")
        yield text
        yield html.unescape(text)  # openpyxl writes Chinese so
        if encoding != "utf-16-le":
            yield _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def cells_of(path: Path) -> Iterator[str]:
    """Every text of a GeoPackage's tables: in its pages a long one is in pieces."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        tables = [
            row[0] for row in base.execute("select name from sqlite_master where type='table'")
        ]
        for table in tables:
            for row in base.execute(f'select * from "{table}"'):  # noqa: S608 - names of the file
                yield from (cell for cell in row if isinstance(cell, str))
    base.close()


def test_no_file_of_a_package_names_another_districts_project(whole: api.RunResult) -> None:
    study = whole.study
    names = {project.id: project.name for project in study.atlas.projects}
    assert len(set(names.values())) == len(names) > 40
    codes = [str(code) for code in study.atlas.districts["feature_id"]]
    for code in codes:
        own = own_projects(study, code)
        ours = {names[one] for one in own if one in names}
        others = {name for one, name in names.items() if one not in own}
        assert ours
        assert len(others) > len(names) / 2
        archive = study.city.output / "handover" / f"{code}.zip"
        told: set[str] = set()
        with zipfile.ZipFile(archive) as packed:
            members = {name: packed.read(name) for name in packed.namelist()}
        assert {"sheet.pdf", "report.pdf"} <= {Path(name).name for name in members}
        for name, content in members.items():
            found = list(texts_of(name, content))
            if name.endswith(".gpkg"):
                found += cells_of(study.city.output / "handover" / name)
            leaked = {other for other in others for text in found if other in text}
            assert leaked == set(), (name, leaked)
            if any(mine in text for mine in ours for text in found):
                told.add(Path(name).suffix)
        assert told >= TELLING, (code, TELLING - told)
        folder = study.city.output / "handover" / code
        unpacked = {f"{code}/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.*")}
        assert unpacked == set(members)
