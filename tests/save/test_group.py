"""Shapefiles and geodatabase folders: all files of one writing, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from siting.errors import ReadError, WriteError
from siting.load.formats import OLD_PREFIX as LOOKED_FOR
from siting.load.formats import format_of
from siting.save.group import OLD_PREFIX, atomic_group, members_of
from siting.save.shapefile import write_shapefile
from siting.save.vector import write_geodatabase

CRS = "EPSG:4547"
#: As many rows in both, so that a mixture of their files could be read without an error.
ROWS = 3
#: One swap of a shapefile moves five files away and five in.
MOST_MOVES = 12

SCRIPT = """
import os, pathlib, signal, sys
import geopandas as gpd, shapely
from siting.save.shapefile import write_shapefile
from siting.save.vector import write_geodatabase
target, last = pathlib.Path(sys.argv[1]), int(sys.argv[2])
moves = 0
replace = pathlib.Path.replace
def counted(self, other):
    global moves
    if moves == last:
        os.kill(os.getpid(), signal.SIGKILL)
    moves += 1
    return replace(self, other)
pathlib.Path.replace = counted
boxes = [shapely.box(500_000 + n, 0, 500_001 + n, 1) for n in range(3)]
frame = gpd.GeoDataFrame({"who": ["new"] * 3}, geometry=boxes, crs="EPSG:4547")
if target.suffix == ".shp":
    write_shapefile(target, frame)
else:
    write_geodatabase(target, frame, layer="layer")
"""


def frame_of(who: str, east: float) -> gpd.GeoDataFrame:
    boxes = [shapely.box(east + n, 0, east + n + 1, 1) for n in range(ROWS)]
    return gpd.GeoDataFrame({"who": [who] * ROWS}, geometry=boxes, crs=CRS)


def write(target: Path, frame: gpd.GeoDataFrame) -> None:
    if target.suffix == ".shp":
        write_shapefile(target, frame)
    else:
        write_geodatabase(target, frame, layer="layer")


def state_of(target: Path) -> str:
    """Return ``old``, ``new``, ``none`` or ``MIXED``, by what GDAL reads there."""
    if not target.exists():
        return "none"
    frame = pyogrio.read_dataframe(target)
    (who,) = set(frame.who)
    easts = frame.total_bounds[0]
    is_whole = len(frame) == ROWS and easts == {"old": 400_000, "new": 500_000}[who]
    return who if is_whole else "MIXED"


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX matter")
@pytest.mark.parametrize("name", ["a.shp", "a.gdb"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_kill_at_every_move_leaves_no_mixture(tmp_path: Path, name: str, is_there: bool) -> None:
    states = []
    for last in range(MOST_MOVES + 1):
        target = tmp_path / str(last) / name
        target.parent.mkdir()
        if is_there:
            write(target, frame_of("old", 400_000))
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(target), str(last)],
            check=False,
            capture_output=True,
        )
        state = state_of(target)
        states.append(state)
        if state == "none" and is_there:
            with pytest.raises(ReadError, match="move the old files back"):
                format_of(target)
            (kept,) = target.parent.glob(f"{OLD_PREFIX}*")
            for path in list(kept.iterdir()):
                path.replace(target.with_name(path.name))
            assert state_of(target) == "old"
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.returncode == 0
    assert states[-1] == "new"
    assert "MIXED" not in states
    # In order: the old one, then none for a moment, then the new one.
    order = [state for at, state in enumerate(states) if at == 0 or state != states[at - 1]]
    assert order == (["old", "none", "new"] if is_there else ["none", "new"])


@pytest.mark.parametrize("name", ["a.shp", "a.gdb"])
def test_nothing_is_left_beside(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    (tmp_path / "a.shp.xml").write_text("of the old one", encoding="utf-8")
    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    for who, east in (("old", 400_000.0), ("new", 500_000.0)):
        write(target, frame_of(who, east))
        assert state_of(target) == who
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".siting")]
    assert (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.shp.xml").exists() == (name == "a.gdb")


@pytest.mark.parametrize("name", ["a.shp", "a.gdb"])
@pytest.mark.parametrize("fails_at", range(10))
def test_a_refusal_of_the_system_puts_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fails_at: int
) -> None:
    target = tmp_path / name
    write(target, frame_of("old", 400_000))
    before = sorted(path.name for path in tmp_path.rglob("*"))
    replace, moves = Path.replace, []

    def refuse_once(self: Path, other: Path) -> Path:
        moves.append(self)
        if len(moves) == fails_at + 1:
            raise PermissionError(13, os.strerror(13))
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", refuse_once)
    if fails_at >= (10 if name == "a.shp" else 2):
        write(target, frame_of("new", 500_000))
        assert state_of(target) == "new"
        return
    with pytest.raises(WriteError, match="close the program"):
        write(target, frame_of("new", 500_000))
    assert state_of(target) == "old"
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_parts_in_the_other_case_belong_to_it(tmp_path: Path) -> None:
    target = tmp_path / "a.shp"
    for name in ("a.shp", "a.DBF", "a.sbn", "a.shp.xml", "b.dbf", "a.gpkg"):
        (tmp_path / name).write_bytes(b"x")
    found = [path.name for path in members_of(target)]
    assert found[0] == "a.shp"
    assert sorted(found) == ["a.DBF", "a.sbn", "a.shp", "a.shp.xml"]


def test_an_error_in_the_block_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "a.shp"
    write(target, frame_of("old", 400_000))

    def fail() -> None:
        with atomic_group(target) as part:
            part.write_bytes(b"half")
            raise WriteError("stop")

    with pytest.raises(WriteError, match="stop"):
        fail()
    assert state_of(target) == "old"


def test_a_folder_that_is_no_geodatabase_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.gdb"
    target.mkdir()
    (target / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(WriteError, match="left alone"):
        write_geodatabase(target, frame_of("new", 0), layer="a")
    assert (target / "thesis.docx").exists()


def test_a_geodatabase_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.gdb"
    write_geodatabase(target, frame_of("old", 400_000), layer="layer")
    (target / "_gdb.PC.1.2.sr.lock").write_bytes(b"")
    with pytest.raises(WriteError, match=r"open in another program"):
        write_geodatabase(target, frame_of("new", 500_000), layer="layer")
    assert state_of(target) == "old"


def test_reading_looks_for_the_same_folder_as_writing_leaves() -> None:
    assert LOOKED_FOR == OLD_PREFIX
