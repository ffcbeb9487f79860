"""Zips: what is unpacked, and what is refused before it can do harm."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from siting.errors import ReadError
from siting.load import archive
from siting.load.archive import ArchiveError, unpacked
from siting.load.child import Reader
from siting.load.formats import Format, VectorRequest

from .town import Load, frame_of, square


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def refused(path: Path) -> str:
    with pytest.raises(ArchiveError) as error, unpacked(path):
        pass
    return str(error.value)


@pytest.mark.parametrize(
    "name", ["../evil.shp", "a/../../evil.shp", "/etc/evil.shp", "C:\\evil.shp", "..\\evil.shp"]
)
def test_no_member_lands_elsewhere(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", {name: b"x"})
    assert "land elsewhere" in refused(path)
    assert [each.name for each in tmp_path.rglob("*")] == ["a.zip"]


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    assert "a link" in refused(tmp_path / "a.zip")


def test_archives_inside_are_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a": b"x"}).read_bytes()
    for name in ("inner.zip", "inner.kmz", "innocent.shp"):
        path = zipped(tmp_path / "outer.zip", {name: inner})
        assert "an archive inside" in refused(path)


def test_bombs_are_refused_by_what_they_say(tmp_path: Path) -> None:
    assert "exceeds the limits" in refused(
        zipped(tmp_path / "a.zip", {"a.shp": b"\0" * 30_000_000})
    )


def test_bombs_are_refused_by_what_they_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", {"a.shp": b"\0" * 30_000_000})
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 1000)  # the directory lies about the size
    path.write_bytes(content)
    assert refused(path)


def test_too_many_members(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(archive.MOST_MEMBERS + 1)})
    assert "exceeds the limits" in refused(path)


def test_two_members_of_one_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.shp": b"x", "A.SHP": b"y"})
    assert "two members" in refused(path)


def test_a_cut_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.shp": bytes(range(256)) * 100})
    path.write_bytes(path.read_bytes()[:-40])
    assert "damaged" in refused(path)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"folder/a.txt": b"x"})
    with unpacked(path) as folder:
        assert (folder / "folder" / "a.txt").read_bytes() == b"x"
    assert not folder.exists()


@pytest.fixture
def shapefiles(tmp_path: Path) -> Path:
    """Two shapefiles in one zip, one in a folder, their names in GBK without the flag."""
    frame = frame_of([square(0), square(1)], name=["甲", "乙"])
    frame.to_file(tmp_path / "one.shp", encoding="UTF-8")
    frame.iloc[:1].to_file(tmp_path / "two.shp", encoding="UTF-8")
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as file:
        for part in sorted(tmp_path.glob("*.???")):
            if part.suffix != ".zip":
                folder = "" if part.stem == "one" else "####/"
                file.writestr(folder + part.name, part.read_bytes())
    content = (tmp_path / "both.zip").read_bytes()
    (tmp_path / "both.zip").write_bytes(content.replace(b"####", "二期".encode("gbk")))
    return tmp_path / "both.zip"


def test_several_layers_demand_a_choice(shapefiles: Path, load: Load) -> None:
    layer = load(shapefiles)
    assert "2 layers" in " ".join(layer.contract.problems)
    assert load(shapefiles, sublayer="one").contract.rows_used == 2
    assert load(shapefiles, sublayer="two").contract.rows_used == 1


def test_layers_of_a_zip_are_listed(shapefiles: Path, reader: Reader) -> None:
    assert reader.list_layers(shapefiles, Format.ZIP) == ["one", "二期/two"]


def test_a_zip_of_one_thing_needs_no_choice(tmp_path: Path, load: Load) -> None:
    frame_of([square(0)]).to_file(tmp_path / "a.gpkg")
    content = (tmp_path / "a.gpkg").read_bytes()
    path = zipped(tmp_path / "a.zip", {"读我.txt": b"hello", "data/a.gpkg": content})
    assert load(path).contract.rows_used == 1


def test_a_zip_of_papers(tmp_path: Path, reader: Reader) -> None:
    path = zipped(tmp_path / "a.zip", {"说明.docx.txt": b"x"})
    with pytest.raises(ReadError, match="nothing that can be read"):
        reader.read_vector(VectorRequest(path, Format.ZIP))


def test_geojson_in_a_zip_still_takes_the_declared_crs(tmp_path: Path, load: Load) -> None:
    text = frame_of([square(0)]).to_json(drop_id=True)
    path = zipped(tmp_path / "a.zip", {"a.geojson": text.encode()})
    layer = load(path, crs="EPSG:4547")
    assert layer.contract.rows_used == 1, layer.contract.problems
