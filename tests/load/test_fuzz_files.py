"""Bytes changed in sound files, through the real reading process: only our errors come out.

No traceback, no hang, and no crash of our own code: a C library may die of a damaged file (the
reading process is there for that), a parser of ours may not.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siting.errors import SitingError
from siting.load import read_pasted
from siting.load.child import Reader
from siting.load.ground import Ground

from .specimens import FORMATS, is_told, load
from .town import CRS

#: One file; none of these takes a second when it is sound.
TIMEOUT_S = 30.0
#: Read by libraries in C, which may die of what they read.
BY_LIBRARIES = {"a.gpkg", "a.shp", "a.fgb", "a.geojson", "a.geojsonl", "a.topojson", "a.parquet",
                "checked.parquet"}  # fmt: skip
#: Formats of one file, those in a zip by a member of it.
FUZZED = [name for name in FORMATS if name not in ("a.gdb", "a.zip")]
MEMBERS = {"a.kmz": "a.kml", "a.xlsx": "xl/worksheets/sheet1.xml"}
PIECES = (b"\x00", b"\xff", b"\r", b"\n", b'"', b",", b"<", b">", b"&", b"{", b"}", b"nan",
          b"1e400", b"-", b"9" * 40, b"  0\nEOF\n", b"  0\nINSERT\n  2\n*U0\n", b"<Placemark>",
          b"]]>", b"\xef\xbb\xbf", "面".encode("gb18030"), b"POLYGON EMPTY", b"\x1e")  # fmt: skip

edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.one_of(
            st.integers(0, 7).map(lambda bit: ("flip", 1 << bit)),
            st.integers(1, 300).map(lambda size: ("cut", size)),
            st.integers(1, 300).map(lambda size: ("twice", size)),
            st.sampled_from(PIECES).map(lambda piece: ("insert", piece)),
            st.binary(min_size=1, max_size=8).map(lambda piece: ("overwrite", piece)),
        ),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, steps: list[tuple[float, tuple[str, object]]]) -> bytes:
    for place, (kind, what) in steps:
        at = int(place * len(data))
        if kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ what]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at] + data[at + what :]
        elif kind == "twice":
            data = data[: at + what] + data[at:]
        elif kind == "insert":
            data = data[:at] + what + data[at:]
        elif kind == "overwrite":
            data = data[:at] + what + data[at + len(what) :]
    return data


@pytest.fixture(scope="module")
def impatient() -> Iterator[Reader]:
    with Reader(timeout_s=TIMEOUT_S) as started:
        yield started


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    for name in FUZZED:
        FORMATS[name].write(folder / name)
    return folder


def repacked(data: bytes, member: str, steps: list[tuple[float, tuple[str, object]]]) -> bytes:
    """Change a member's content under a good checksum, so that its reader sees it."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(
                entry.filename, changed(content, steps) if entry.filename == member else content
            )
    return sink.getvalue()


def fuzz(name: str, *, examples: int) -> Callable[[Path, Path, Reader, Ground], None]:
    """Return a property over `examples` changed files of a format."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(steps=edits)
    def holds(sound: Path, folder: Path, reader: Reader, ground: Ground, steps: object) -> None:
        data = (sound / name).read_bytes()
        member = MEMBERS.get(name)
        hurt = repacked(data, member, steps) if member else changed(data, steps)
        path = folder / name
        path.write_bytes(hurt)
        for other in sorted(sound.glob(f"{Path(name).stem}.*")) if name == "a.shp" else ():
            if other.suffix in (".shx", ".dbf", ".prj", ".cpg"):
                (folder / other.name).write_bytes(other.read_bytes())
        layer = load(path, name, reader, ground)
        said = " ".join([*layer.contract.problems, *layer.contract.notes])
        assert "Traceback" not in said
        assert "took longer than" not in said
        assert "died on this file (exit" not in said, said
        if name not in BY_LIBRARIES:
            assert "died on this file" not in said, said
        assert layer.contract.rows_in == layer.contract.rows_used + layer.contract.rows_refused
        assert is_told(layer) == (layer.frame is None or layer.contract.rows_refused > 0)

    return holds


@pytest.mark.parametrize("name", FUZZED)
def test_a_few_changed_files(
    name: str, sound: Path, tmp_path: Path, impatient: Reader, ground: Ground
) -> None:
    fuzz(name, examples=15)(sound, tmp_path, impatient, ground)


# GEOS compares coordinates of 1e300: harmless, the row is refused or lies outside the city.
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.slow
@pytest.mark.parametrize("name", FUZZED)
def test_two_hundred_changed_files(
    name: str, sound: Path, tmp_path: Path, impatient: Reader, ground: Ground
) -> None:
    fuzz(name, examples=200)(sound, tmp_path, impatient, ground)


PASTED = (
    "113°15′30.5″ 23°07′12″\n113°15′40.5″ 23°07′12″\n113°15′40.5″ 23°07′22″",
    "SRID=4547;MULTIPOLYGON(((378300 2579600,378400 2579600,378400 2579700,378300 2579600)))",
    '{"type":"Polygon","coordinates":[[[113.2,23.1],[113.3,23.1],[113.3,23.2],[113.2,23.1]]]}',
    "北坐标\t东坐标\n2579600\t378300\n2579600\t378400\n2579700\t378400\n",
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.sampled_from(PASTED), steps=edits)
def test_changed_pasted_texts(text: str, steps: list[tuple[float, tuple[str, object]]]) -> None:
    hurt = changed(text.encode(), steps).decode("utf-8", errors="replace")
    for crs in ("", CRS):
        with contextlib.suppress(SitingError):
            read_pasted(hurt, crs=crs, working_crs=CRS)
