"""Texts of a shapefile: never mojibake in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.load.encoding import decode_text

from .town import Load, frame_of, square

NAME = "大氹镇滘口村"


def write(path: Path, encoding: str, *, cpg: str = "", language_id: int = 0) -> Path:
    """Write a shapefile in an encoding, with a chosen .cpg and language id."""
    frame = frame_of([square(0), square(1)], DLMC=[NAME, "plain"])
    frame.to_file(path, driver="ESRI Shapefile", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = language_id
    dbf.write_bytes(bytes(content))
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg", "language_id", "note"),
    [
        ("gb18030", "", 0, "no encoding is declared: texts read as GB18030"),
        ("gb18030", "", 0x57, "no encoding is declared: texts read as GB18030"),
        ("utf-8", "", 0, "no encoding is declared: texts read as utf-8"),
        ("gb18030", "GBK", 0, "texts read as GB18030, as .cpg says"),
        ("gb18030", "936", 0, "texts read as GB18030, as .cpg says"),
        ("gb18030", "", 0x4D, "texts read as GB18030, as .dbf says"),
        ("utf-8", "UTF-8", 0, "texts read as utf-8, as .cpg says"),
        ("gb18030", "UTF-8", 0, ".cpg says utf-8, which does not fit"),
    ],
)
def test_chinese_names(
    tmp_path: Path, load: Load, encoding: str, cpg: str, language_id: int, note: str
) -> None:
    path = write(tmp_path / "a.shp", encoding, cpg=cpg, language_id=language_id)
    layer = load(path, name_column="DLMC")
    assert layer.frame is not None, layer.contract.problems
    assert layer.frame["feature_name"].iloc[0] == NAME
    assert note in " ".join(layer.contract.notes)


def test_declared_encoding_comes_first(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "a.shp", "gb18030", cpg="UTF-8")
    layer = load(path, name_column="DLMC", encoding="gbk")
    assert layer.frame is not None
    assert layer.frame["feature_name"].iloc[0] == NAME
    assert "as city.toml says" in " ".join(layer.contract.notes)


def test_letter_cut_at_the_end_of_its_field(tmp_path: Path, load: Load) -> None:
    """A 254-byte field cuts a two-byte letter in half; that is no other encoding."""
    long_name = "a" + "村" * 127
    path = tmp_path / "a.shp"
    frame = frame_of([square(0)], DLMC=[long_name])
    with pytest.warns(RuntimeWarning, match="truncated"):
        frame.to_file(path, driver="ESRI Shapefile", encoding="gb18030")
    path.with_suffix(".cpg").unlink()
    layer = load(path, name_column="DLMC")
    assert layer.frame is not None, layer.contract.problems
    assert layer.frame["feature_name"].iloc[0].startswith("a" + "村" * 126)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_file(encoding: str) -> None:
    assert decode_text(NAME.encode(encoding))[0] == NAME


def test_text_that_is_neither() -> None:
    with pytest.raises(UnicodeDecodeError):
        decode_text(b"\xff\xff\xff\x00\x80")
