"""The last gate: what was written is read back, and nothing overlapping is handed over."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely

from siting.errors import ProblemsError, ReadError, SitingError, WriteError
from siting.handover import check_packages
from siting.model import Release, SiteKind
from siting.planning import Origin

from . import planned
from .conftest import rectangle, write_world

A, B = "440901", "440902"


def told(error: SitingError) -> str:
    """Return all that an error says, also of its parts."""
    parts = error.problems if isinstance(error, ProblemsError) else [error]
    return "\n".join(f"{part.what} | {part.found}" for part in parts)


@pytest.fixture
def copied(planned_folder: Path, tmp_path: Path) -> Path:
    """A copy of the packages, for a test to spoil."""
    return Path(shutil.copytree(planned_folder, tmp_path / "handover"))


def change(folder: Path, code: str, sql: str, *values: object) -> None:
    """Change a table of a GeoPackage behind everybody's back."""
    with closing(sqlite3.connect(folder / code / "redlines.gpkg")) as base, base:
        kinds = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in base.execute(kinds).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(sql, values)


def spoil(folder: Path, code: str, project: str, east_m: float, north_m: float = 0.0) -> None:
    """Move a planned site in a GeoPackage."""
    with closing(sqlite3.connect(folder / code / "redlines.gpkg")) as base:
        query = "SELECT geom FROM plan WHERE project_id = ?"
        blob = base.execute(query, (project,)).fetchone()[0]
    start = {0: 8, 1: 40}[(blob[3] >> 1) & 7]  # without, or with, a box of four numbers
    shape = shapely.from_wkb(blob[start:])
    moved = shapely.transform(shape, lambda points: np.add(points, (east_m, north_m)))
    bare = bytes([*blob[:3], blob[3] & ~0b1110]) + blob[4:8]  # without the box, which would lie
    sql = "UPDATE plan SET geom = ? WHERE project_id = ?"
    change(folder, code, sql, bare + shapely.to_wkb(moved), project)


def test_packages_as_written_pass_and_say_what_was_looked_at(planned_folder: Path):
    found = check_packages(planned_folder)
    assert (found.sites, found.withheld, found.red_lines) == (4, (), 4)


def test_a_site_that_was_moved_in_the_file_is_found(copied: Path):
    spoil(copied, A, "PRJ-6", -150.0)  # 50 m of 100 m over PRJ-1's parcel
    with pytest.raises(ProblemsError) as caught:
        check_packages(copied)
    text = told(caught.value)
    assert "PRJ-1 (440901), PRJ-6 (440901) | 5,000.0000 m²" in text
    # the copies still show where it was
    assert text.count("PRJ-6 的选址在副本中") == 2


def test_a_strip_of_two_centimetres_is_land_and_a_common_edge_is_none(copied: Path):
    spoil(copied, A, "PRJ-6", -100.0)
    with pytest.raises(ProblemsError) as caught:
        check_packages(copied)
    assert "重叠" not in told(caught.value)
    spoil(copied, A, "PRJ-6", -0.02)
    with pytest.raises(ProblemsError) as caught:
        check_packages(copied)
    assert "PRJ-1 (440901), PRJ-6 (440901) | 2.0000 m²" in told(caught.value)


def test_one_project_with_two_sites_is_found(copied: Path):
    spoil(copied, B, "PRJ-3", 5.0)
    with pytest.raises(ProblemsError) as caught:
        check_packages(copied)
    assert "同一项目在两个区的选址不同" in told(caught.value)


def test_a_copy_that_shows_another_outline_is_found(copied: Path):
    path = copied / A / "plan.txt"
    text = path.read_bytes().decode("gb18030")
    assert text.count("433600.000") == 3
    path.write_bytes(text.replace("433600.000", "433600.020").encode("gb18030"))
    with pytest.raises(WriteError, match="another outline for PRJ-1") as caught:
        check_packages(copied)
    assert (caught.value.where.file, caught.value.found) == (f"{A}/plan.txt", "0.020 m")


def test_an_outline_that_does_not_close_is_no_pass(copied: Path):
    path = copied / A / "plan.geojson"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("23.1", "23.2", 1), encoding="utf-8")
    with pytest.raises(ReadError, match="does not read back whole"):
        check_packages(copied)


def test_a_plot_that_is_missing_in_the_txt_is_found(copied: Path):
    path = copied / A / "plan.txt"
    text = path.read_bytes().decode("gb18030")
    path.write_bytes(text[: text.rindex("\r\n", 0, text.rindex("@")) + 2].encode("gb18030"))
    with pytest.raises(WriteError, match="PRJ-6"):
        check_packages(copied)


def test_rows_that_do_not_read_back_are_no_pass(copied: Path):
    path = copied / A / "redlines.gpkg"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SitingError):
        check_packages(copied)


def test_a_folder_without_packages_is_no_pass(tmp_path: Path):
    with pytest.raises(ReadError, match="no package"):
        check_packages(tmp_path)


def test_sites_of_two_packages_are_held_against_each_other(
    world: Any, write: Callable[..., Path], tmp_path: Path
):
    # each has less than 1 m² beyond the border, so that each is in one package alone
    plan = planned.with_sites(
        planned.plan(), p1=rectangle(900, 600, 1000.003, 700), p6=rectangle(999.995, 600, 1100, 700)
    )
    with pytest.raises(WriteError) as caught:
        write(planned.with_projects(world), plan=plan)
    assert "the sites of two projects overlap: PRJ-1 (440901), PRJ-6 (440902)" in caught.value.what
    assert caught.value.found == "0.8000 m²"
    assert list((tmp_path / "handover").iterdir()) == []


def test_where_sites_overlap_earlier_packages_stay_as_they_were(copied: Path, world: Any):
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    plan = planned.with_sites(planned.plan(), p6=rectangle(590, 500, 690, 600))
    with pytest.raises(WriteError, match=r"PRJ-1 \(440901\), PRJ-6 \(440901\)") as caught:
        write_world(planned.with_projects(world), copied, plan)
    assert caught.value.found == "1,000.0000 m²"
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("kind", "state", "is_refused"),
    [
        (SiteKind.PARCEL, "placed", True),
        (SiteKind.REPAIRED, "left_out", True),
        (SiteKind.REPAIRED, "placed", False),
    ],
)
def test_red_lines_hold_their_land(copied: Path, kind: SiteKind, state: str, is_refused: bool):
    """PRJ-6's site takes 100 m² of RL-1; a claim may, where PRJ-1 takes part in the plan."""
    spoil(copied, A, "PRJ-6", -510.0, -310.0)  # to 190..290, RL-1 is 100..200
    change(copied, A, "UPDATE plan SET kind = ? WHERE project_id = 'PRJ-6'", str(kind))
    change(copied, A, "UPDATE plan SET state = ? WHERE project_id = 'PRJ-1'", state)
    with pytest.raises(SitingError) as caught:
        check_packages(copied)  # the copies differ in any case
    assert ("PRJ-6 (440901), PRJ-1 (RL-1) | 100.0000 m²" in told(caught.value)) == is_refused
    assert "重叠" not in told(caught.value)


def test_a_crossed_red_line_holds_its_hull(copied: Path):
    # to 345..445 × 320..420: of the bowtie of RL-4 the hull is 300..400
    spoil(copied, A, "PRJ-6", -355.0, -180.0)
    with pytest.raises(SitingError) as caught:
        check_packages(copied)
    assert "PRJ-6 (440901), PRJ-4 (RL-4) | 4,400.0000 m²" in told(caught.value)


def test_what_may_not_travel_is_told_and_not_passed_over(world: Any, write: Callable[..., Path]):
    plan = planned.plan(origin=Origin(parcels=Release.TABLE_ONLY))
    found = check_packages(write(planned.with_projects(world), plan=plan))
    assert (found.sites, found.withheld) == (1, ("PRJ-1", "PRJ-3", "PRJ-6"))


def fill(form: Path) -> bytes:
    book = openpyxl.load_workbook(form)
    book.active.cell(2, 5).value = "拒绝"
    book.save(form)
    return form.read_bytes()


def test_a_form_that_was_filled_in_is_never_written_over(copied: Path, world: Any):
    form = copied / B / "reply.xlsx"
    answer = fill(form)
    for plan in (planned.plan(), None):
        with pytest.raises(WriteError, match="not written over") as caught:
            write_world(planned.with_projects(world), copied, plan)
        assert caught.value.where.file == f"{B}/reply.xlsx"
        assert form.read_bytes() == answer
    form.rename(copied.parent / "reply-B.xlsx")
    write_world(planned.with_projects(world), copied, None)
    assert not form.exists()


def test_a_form_without_its_manifest_may_be_an_answer(copied: Path, world: Any):
    (copied / A / "manifest.json").unlink()
    with pytest.raises(WriteError, match="not written over"):
        write_world(planned.with_projects(world), copied, planned.plan())
