"""No message of the loaders without a mend: they are taken from the source, one by one."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from siting.doctor.mends import OTHERWISE, mend_of

LOAD = Path(__file__).resolve().parents[2] / "siting" / "load"
MENDS = LOAD.parent / "doctor" / "mends.toml"
#: What is pasted is read by `siting check --paste` alone; its errors bear their own next step.
NOT_THE_DOCTORS = ("paste",)
#: Parts of a message that say what was expected, found, or is to be done.
HINTS = ("next_step", "expected", "found")
BULK = (
    "the bulk read failed ({}), so records were read one by one; that reader closes open rings "
    "without saying so"
)
#: Sentences that fail nothing: they tell how something was read. A new one is entered here by
#: hand, so that a problem cannot slip in as one of them.
NOTES = frozenset({
    "a number ≥ 0, in m²",
    "a whole number ≥ 1, 1 before all others",
    # What the evidence of a forensic inquiry is made of.
    "against the vertices of {}: under {} the median distance is {} m, {} of {} points coincide",
    "once verified: {}",
    "there is no usable point",
    "there is no vertex to compare with",
    "this does not decide either",
    "this speaks for {}",
    "{} fit as well",
    "{} hypotheses tried, none fits",
    "{} ({}): {} of {} points inside {}, {} near",
    "degrees",
    "the city's neighbourhood",
    "a faulty drawing, read in recovery mode ({} faults)",
    "an open ring was closed",
    "arcs were read as chords of 0.1 degrees each",
    "arcs were read as chords within {} drawing units",
    "$INSUNITS={} contradicts the northings: read as metres",
    "$INSUNITS={}: multiplied by {}",
    "by their numbers {} is east and {} is north",
    "edges are spherical and used as straight lines",
    "entities not used: {}",
    "geometry collection: {} {} part(s) kept, {} other(s) dropped",
    "heights were dropped: used as 2D",
    "invalid geometry ({}), repaired, area {}",
    "its id occurs more than once; numbered",
    "lies nowhere near the city: check zone and axes",
    "measures (M) were dropped",
    "no column of plot ids: every row is a point",
    "outline file {}",
    "read as {}",
    "texts in an unknown encoding",
    "texts of {} are no UTF-8: check them",
    "texts read as {}",
    BULK,
    "the drawing has GEODATA, which was not used: check it and declare the crs",
    "the drawing states no unit: read as metres",
    "tied to project {} by '{}'",
    "undeclared",
    "unknown encoding: texts read as latin-1",
    "whole city",
    "X=north, Y=east: {} of {} points within {}; swapped: {} of {}",
    ".dbf is missing: there are no attributes",
    ".shx is missing: the index was rebuilt",
    "{} hatch(es) fill an outline",
    "{} line(s) close no loop and stay lines",
    "{} loop(s) have fewer than three corners",
    "{} loop(s) joined from lines, gaps up to {} drawing units",
    "{} network link(s) were not followed",
    "{} rings: {} part(s) and {} hole(s), decided by containment",
    "{} row(s) have no plot id: the one above was taken",
    "{} rows are marked deleted in .dbf",
    "{} says {}, which does not fit.",
})  # fmt: skip


def template(node: ast.expr) -> str:
    """Return the text of a literal with {} for what is filled in; ``""`` for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # f"…".rstrip()
        return template(node.func.value)
    return ""


def sentences() -> Iterator[tuple[str, str]]:
    """Yield (file and line, English sentence) of each message but notes and hints."""
    for path in sorted(LOAD.rglob("*.py")):
        if path.stem.split("_")[0] in NOT_THE_DOCTORS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        hints = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.keyword) and node.arg in HINTS
            for inner in ast.walk(node.value)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or len(node.args) != 2 or id(node) in hints:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("say", "problem") and any(map(str.isalpha, template(node.args[1]))):
                yield f"{path.name}:{node.lineno}", template(node.args[1])


def refused_formats() -> Iterator[str]:
    """The next steps of formats that are not read are no problems of their own."""
    from siting.load.formats import REFUSED

    for text in REFUSED.values():
        yield text.rpartition(" / ")[2]


ALL = list(sentences())
PROBLEMS = [
    pytest.param(text, id=where)
    for where, text in ALL
    if text not in NOTES and text not in set(refused_formats())
]


@pytest.mark.parametrize("text", PROBLEMS)
def test_each_message_has_a_mend(text: str) -> None:
    assert mend_of(text.replace("{}", "7")) != OTHERWISE, text


def test_the_messages_were_found() -> None:
    """Were the walk broken, everything above would pass."""
    found = {text for _, text in ALL}
    for text in (
        "a binary DXF: save it as ASCII DXF",
        "it has a DOCTYPE, which is refused for safety",
        "sha256 differs from the recorded one: {}",
        "there is no column '{}' {}",
        "{} is cut short: {} bytes expected, {} found",
        "eastings and header name two zones",
    ):
        assert text in found
    assert len(PROBLEMS) > 100


def test_no_note_is_listed_that_nobody_says() -> None:
    assert NOTES - {text for _, text in ALL} == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the archive is damaged: bad CRC", "archive again"),
        ("a binary DXF: save it as ASCII DXF", "ASCII DXF"),
        ("the drawing has no closed polyline and no line", "closed polyline"),
        ("a table has no geometry unless it has columns of coordinates or WKT", "easting"),
        ("the Parquet file has no usable geo metadata: it is no GeoParquet", "GeoParquet"),
        ("the header says 10 features, the file holds 300", "new export"),
        ("DLTB is missing", "not whole"),
        ("the catalogue of the geodatabase lacks 'DLTB'", "whole .gdb folder"),
        ("geometry that cannot be read (x)", "mend or delete that shape"),
        ("3 feature(s) have coordinates that cannot be EPSG:4326: x 1", "order of axes"),
        ("coordinates that cannot be projected (out of range)", "order of axes"),
        ("X and Y seem to be swapped; nothing was changed", "axes_swapped"),
        ("the datum is 1980: it needs a datum shift first and cannot be used as it is", "CGCS2000"),
        ("a datum of 1954 or 1980 needs a shift (EPSG:2383 -> EPSG:4547)", "CGCS2000"),
        ("the file cannot be read (Permission denied)", "right to read"),
        ("the JSON is nested too deeply", "GeoPackage"),
        ("a line where polygon is expected", "turn lines into areas"),
        ("there is no plot with coordinates in the file", "red-line TXT"),
        ("the layer has no geometry", "original file"),
    ],
)
def test_special_problems_have_their_own_mend(text: str, words: str) -> None:
    assert words in mend_of(text).en


def test_no_entry_hides_another() -> None:
    """Each part of a sentence stands once."""
    entries = tomllib.loads(MENDS.read_text(encoding="utf-8"))["mend"]
    parts = [part for one in entries for part in one["words"]]
    assert len(parts) == len(set(parts))
    assert all(part == part.lower() for part in parts)
    for at, part in enumerate(parts):
        assert not [other for other in parts[at + 1 :] if part in other], part
