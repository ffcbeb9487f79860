"""Each file found is used, commented out or listed; hostile, empty and broken folders."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from siting import api
from siting.city import read_city
from siting.errors import ConfigError, ReadError, WriteError
from siting.founding import walk, work

from .hand import filled, layer, square, uncommented

AS_OF = dt.date(2026, 11, 1)
DISTRICTS = {"XZQDM": ["440103", "440104"], "XZQMC": ["甲区", "乙区"]}


def districts(folder: Path, **options: object) -> Path:
    return layer(folder / "XZQ.gpkg", "XZQ", **DISTRICTS, **options)  # type: ignore[arg-type]


def read(found: api.Founding) -> dict:
    return tomllib.loads(found.text)


def test_every_file_is_used_commented_out_or_listed(tmp_path: Path):
    districts(tmp_path)
    (tmp_path / "sub").mkdir()
    layer(tmp_path / "sub" / "河涌.shp", id=["1", "2"])
    layer(tmp_path / "sub" / "某图层.geojson", crs="EPSG:4326", a=["1", "2"])
    (tmp_path / "orphan.shx").write_bytes(b"\x00\x00\x27\x0a" + bytes(96))
    (tmp_path / "torn.gpkg").write_bytes(b"SQLite format 3\x00" + bytes(50))
    (tmp_path / "empty.shp").write_bytes(b"")
    (tmp_path / "plan.dwg").write_bytes(b"AC1032")
    (tmp_path / "notes.txt").write_text("会议纪要", encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "~$ledger.xlsx").write_bytes(b"lock")
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "link.gpkg").symlink_to(tmp_path / "XZQ.gpkg")
    files = {path for path in tmp_path.rglob("*") if path.is_symlink() or path.is_file()}
    found = api.new(tmp_path)
    used = {entry.sight.path for entry in found.entries}
    aside = {each.path for each in (*found.parts, *found.aside)}
    assert used | aside == files
    assert not used & aside
    for path in used | {each.path for each in found.aside}:
        assert path.relative_to(tmp_path).as_posix() in found.text, path
    lost = " ".join(found.unread)
    for name in ("orphan.shx", "torn.gpkg", "empty.shp", "plan.dwg", "link.gpkg"):
        assert name in lost
    for name in ("notes.txt", "photo.jpg", "list.csv"):
        assert name not in lost


def test_what_siting_keeps_for_itself_is_no_data(tmp_path: Path):
    districts(tmp_path)
    kept = tmp_path / ".siting-cache" / "layer"
    kept.mkdir(parents=True)
    layer(kept / "copy.gpkg", id=["1", "2"])
    found = api.new(tmp_path)
    assert [entry.sight.path.name for entry in found.entries] == ["XZQ.gpkg"]
    assert "siting-cache" not in found.text


def test_what_cannot_be_read_is_commented_out_with_the_reason(tmp_path: Path):
    districts(tmp_path)
    (tmp_path / "STBHHX.gpkg").write_bytes(b"SQLite format 3\x00" + bytes(50))
    found = api.new(tmp_path)
    assert [one["role"] for one in read(found)["layer"]] == ["district"]
    part = found.text.partition("# ── STBHHX.gpkg")[2]
    assert "损坏" in part
    assert "damaged" in part
    assert "eco_redline" in part
    back = uncommented(found.text, "# ── STBHHX.gpkg").replace("…", "eco_redline")
    assert {one["role"] for one in tomllib.loads(back)["layer"]} == {"district", "eco_redline"}


def test_an_unknown_layer_loads_once_its_comment_is_taken_away(tmp_path: Path):
    districts(tmp_path)
    layer(tmp_path / "图层1.gpkg", id=["1", "2"])
    found = api.new(tmp_path)
    assert "farmland (永久基本农田)" in found.text
    text = uncommented(found.text, "# ── 图层1.gpkg").replace('role = "…"', 'role = "farmland"')
    found.path.write_text(text, encoding="utf-8")
    (own, other) = read_city(found.path).layers
    assert (own.role.name, other.role.name) == ("district", "farmland")
    assert (other.path, other.id_column) == (tmp_path / "图层1.gpkg", "id")


HOSTILE = [
    'x"]]\n[city]\nname="y',
    "{{ 7*7 }}",
    "\u202egpkg.abc",
    "a'b\\c",
    "# CONFIRM",
    '"""',
    "$(x)`",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_files_layers_and_columns_stay_names(tmp_path: Path, name: str):
    districts(tmp_path)
    folder = tmp_path / name.replace("/", "_")
    folder.mkdir()
    bad = "蓝线" + name
    path = folder / (name.replace("/", "_") + ".gpkg")
    frame = gpd.GeoDataFrame({bad: ["1", "2"], "BSM": ["1", "2"]}, geometry=[square(), square()],
                             crs="EPSG:4547")  # fmt: skip
    safe = tmp_path / "safe.gpkg"
    frame.to_file(safe, layer=bad)
    safe.rename(path)
    found = api.new(tmp_path)
    assert "\u202e" not in found.text
    assert set(read(found)["city"]) == {"name", "crs", "code", "rulebook"}
    if "\n" in name:  # GDAL opens no such file: then it is a comment, with the reason
        assert [one["role"] for one in read(found)["layer"]] == ["district"]
        assert str(tmp_path) not in found.text
        return
    (_, own) = read_city(found.path).layers
    assert own.path == path
    assert own.role.name == "blue_line"
    assert found.path.read_text(encoding="utf-8") == found.text


def test_a_name_that_is_no_utf8_is_listed_and_nothing_breaks(tmp_path: Path):
    districts(tmp_path)
    try:
        (tmp_path / os.fsdecode(b"\xff\xfe.gpkg")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes no such names")
    found = api.new(tmp_path)
    assert any("UTF-8" in text for text in found.unread)
    api.founding_to_dict(found)


def test_the_working_crs_is_the_districts_own_or_the_zone_they_lie_in(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    districts(tmp_path / "a")
    assert read(api.new(tmp_path / "a"))["city"]["crs"] == "EPSG:4547"
    frame = gpd.read_file(tmp_path / "a" / "XZQ.gpkg").to_crs("EPSG:4490")
    frame.to_file(tmp_path / "b" / "XZQ.gpkg", layer="XZQ")
    text = api.new(tmp_path / "b").text
    # 434 km east of zone 38's origin is 113.4°E, and its meridian 114°E: EPSG:4547
    (line,) = [line for line in text.splitlines() if line.startswith("crs = ")]
    assert line.startswith('crs = "EPSG:4547"  # CONFIRM 请确认: ')


@pytest.mark.parametrize(
    ("longitude_deg", "code"),
    [(75.2, 4534), (104.0, 4544), (113.3, 4547), (120.0, 4549), (126.5, 4551)],
)
def test_the_zone_follows_the_longitude(tmp_path: Path, longitude_deg: float, code: int):
    # CGCS2000 3° zones without prefix: 75°E is EPSG:4534, 135°E is EPSG:4554
    box = square(longitude_deg, 30.0, 0.01)
    frame = gpd.GeoDataFrame({"XZQDM": ["440103"], "XZQMC": ["甲区"]}, geometry=[box], crs=4490)
    frame.to_file(tmp_path / "XZQ.gpkg", layer="XZQ")
    assert read(api.new(tmp_path))["city"]["crs"] == f"EPSG:{code}"


def test_a_file_without_crs_gets_none(tmp_path: Path):
    districts(tmp_path)
    layer(tmp_path / "蓝线.shp", crs="", id=["1", "2"])
    found = api.new(tmp_path)
    (own,) = [one for one in read(found)["layer"] if one["role"] == "blue_line"]
    assert "crs" not in own
    assert '# crs = "EPSG:…"  # FILL 请填写:' in found.text
    found.path.write_text(filled(found.text, crs={"blue_line": '"EPSG:4547"'}), encoding="utf-8")
    assert read_city(found.path).layers[1].crs == "EPSG:4547"


def test_townships_are_no_districts_for_sure_and_give_way_to_districts(tmp_path: Path):
    codes = {"XZQDM": ["440103001", "440103002"], "XZQMC": ["甲街", "乙街"]}
    layer(tmp_path / "a.gpkg", "XZQ", **codes)
    found = api.new(tmp_path)
    assert [(e.role, str(e.sureness), e.is_active) for e in found.entries] == [
        ("district", "guessed", True)
    ]
    assert "townships" in found.text
    districts(tmp_path)
    again = api.new(tmp_path, options=api.FoundingOptions(overwrite=True))
    (used,) = [entry for entry in again.entries if entry.is_active]
    assert used.sight.path.name == "XZQ.gpkg"


def test_without_districts_the_file_asks_for_them(tmp_path: Path):
    layer(tmp_path / "蓝线.gpkg", id=["1", "2"])
    found = api.new(tmp_path)
    assert "no layer of districts" in found.text
    with pytest.raises(ConfigError, match="district"):
        api.load(found.path, as_of=AS_OF)


def test_an_id_that_repeats_is_not_taken(tmp_path: Path):
    districts(tmp_path)
    layer(tmp_path / "STBHHX.gpkg", "STBHHX", BSM=["1", "1"], YSDM=["x", "x"], HXBM=["a", "b"])
    found = api.new(tmp_path)
    own = read(found)["layer"][1]
    assert own["id_column"] == "HXBM"
    assert "BSM 有重复" in found.text


def test_a_table_that_shares_a_column_is_offered_for_joining(tmp_path: Path):
    districts(tmp_path)
    lots = [f"1-{number}" for number in range(1, 6)]
    layer(tmp_path / "宗地.gpkg", ML=lots)
    rows = "".join(f"{lot},A\n" for lot in lots)
    (tmp_path / "tax.csv").write_text(f"ML,Owner\n{rows}", encoding="utf-8")
    (tmp_path / "few.csv").write_text("ML,Owner\n1-1,A\n7,B\n8,C\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("ML,Owner\n9-1,A\n9-2,B\n", encoding="utf-8")
    text = api.new(tmp_path).text
    assert '# join = { path = "tax.csv", on = "ML", columns = ["…"] }' in text
    assert 'path = "other.csv"' not in text
    assert 'path = "few.csv"' not in text


def test_the_fullest_ledger_is_used_and_the_other_stays_a_comment(tmp_path: Path):
    districts(tmp_path)
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    book.active.append(["x"])
    sheet = book.create_sheet("台账")
    for row in (["项目代码", "项目名称", "阶段"], ["P1", "学校", "前期研究"]):
        sheet.append(row)
    book.save(tmp_path / "ledger.xlsx")
    (tmp_path / "old.csv").write_text("项目代码,项目名称,备注\nP1,a,\nP1,b,\n", encoding="utf-8")
    found = api.new(tmp_path)
    projects = read(found)["projects"]
    assert (projects["path"], projects["sheet"]) == ("ledger.xlsx", "台账")
    assert projects["columns"] == {"id": "项目代码", "name": "项目名称", "stage": "阶段"}
    assert "# ── old.csv" in found.text


def test_a_geodatabase_a_geopackage_and_a_zip_may_stand_alone(tmp_path: Path):
    frame = gpd.GeoDataFrame(DISTRICTS, geometry=[square(), square(434_200.0)], crs="EPSG:4547")
    frame.to_file(tmp_path / "城.gdb", layer="XZQ", driver="OpenFileGDB")
    frame.to_file(tmp_path / "城.gpkg", layer="XZQ")
    with zipfile.ZipFile(tmp_path / "城.zip", "w") as archive:
        archive.write(tmp_path / "城.gpkg", "城.gpkg")
    for suffix in (".gdb", ".gpkg", ".zip"):
        found = api.new(tmp_path / f"城{suffix}", output=tmp_path / f"{suffix[1:]}.toml")
        (own,) = read(found)["layer"]
        assert own["path"] == f"城{suffix}"
        assert own["id_column"] == "XZQDM"
        study = api.load(found.path, as_of=AS_OF)
        assert [row.contract.rows_used for row in study.atlas.layers] == [2]


def test_paths_lead_from_the_file_to_the_data(tmp_path: Path):
    (tmp_path / "data").mkdir()
    districts(tmp_path / "data")
    found = api.new(tmp_path / "data", output=tmp_path / "cities" / "own" / "city.toml")
    assert read(found)["layer"][0]["path"] == "../../data/XZQ.gpkg"
    assert read_city(found.path).layers[0].path == tmp_path / "data" / "XZQ.gpkg"


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path):
    districts(tmp_path)
    (tmp_path / "city.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(WriteError, match="there already"):
        api.new(tmp_path)
    assert (tmp_path / "city.toml").read_text(encoding="utf-8") == "mine"
    api.new(tmp_path, options=api.FoundingOptions(overwrite=True))
    assert read_city(tmp_path).layers
    assert not list(tmp_path.glob(".siting-part-*"))


def test_an_empty_folder_junk_and_nothing_at_all_are_errors(tmp_path: Path):
    with pytest.raises(ReadError, match="empty"):
        api.new(tmp_path)
    with pytest.raises(ReadError, match="there is no"):
        api.new(tmp_path / "nowhere")
    (tmp_path / "a.jpg").write_bytes(b"\xff")
    with pytest.raises(ReadError, match="no file of data"):
        api.new(tmp_path)
    (tmp_path / "a.gpkg").write_bytes(b"rubbish")
    with pytest.raises(ReadError, match=r"a\.gpkg"):
        api.new(tmp_path)
    assert not (tmp_path / "city.toml").exists()


def test_a_disk_is_no_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    districts(tmp_path)
    layer(tmp_path / "蓝线.gpkg", id=["1", "2"])
    monkeypatch.setattr(work, "MOST_ENTRIES", 1)
    with pytest.raises(ReadError, match="more than 1 layers"):
        api.new(tmp_path)
    monkeypatch.setattr(walk, "MOST_FILES", 1)
    with pytest.raises(ReadError, match="more than 1 files"):
        api.new(tmp_path)


def test_a_closed_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    districts(tmp_path)
    (tmp_path / "closed").mkdir()
    real = os.scandir

    def scandir(path: str):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = api.new(tmp_path)
    assert any("closed" in text and "Permission denied" in text for text in found.unread)
    assert "closed" in found.text


def test_a_working_crs_that_cannot_be_one_is_refused_before_writing(tmp_path: Path):
    districts(tmp_path)
    with pytest.raises(ConfigError, match="4490"):
        api.new(tmp_path, options=api.FoundingOptions(crs="EPSG:4490"))
    assert not (tmp_path / "city.toml").exists()


def test_an_empty_layer_asks_whether_that_is_right(tmp_path: Path):
    districts(tmp_path)
    frame = gpd.GeoDataFrame({"BSM": [], "YSDM": []}, geometry=[], crs="EPSG:4547")
    frame.to_file(tmp_path / "STBHHX.gpkg", layer="STBHHX", geometry_type="Polygon")
    found = api.new(tmp_path)
    assert [one["role"] for one in read(found)["layer"]] == ["district", "eco_redline"]
    assert "# declared_empty = true  # FILL" in found.text


@pytest.mark.shared
def test_a_folder_full_of_broken_files_is_told_file_by_file(repo_root: Path, tmp_path: Path):
    folder = repo_root.parent / "shared" / "data" / "bad"
    found = api.new(folder, output=tmp_path / "city.toml")
    told = {entry.sight.path for entry in found.entries}
    told |= {each.path for each in (*found.parts, *found.aside)}
    assert told == set(folder.iterdir())
    tomllib.loads(found.text)
    assert found.unread
    assert not re.search(r"(?<!\.\.)" + re.escape(str(folder)), found.text)
    text = uncommented(found.text, "# ── ")
    tomllib.loads(text)


def test_data_is_never_written_over(tmp_path: Path):
    path = districts(tmp_path)
    before = path.read_bytes()
    options = api.FoundingOptions(overwrite=True)
    with pytest.raises(WriteError, match=r"\.toml"):
        api.new(tmp_path, output=path, options=options)
    assert path.read_bytes() == before


def test_a_torn_txt_is_offered_as_red_lines_and_a_torn_workbook_as_nothing(tmp_path: Path):
    districts(tmp_path)
    rows = "\n".join(f"J{n},1,2579602.{n},434344.{n}" for n in range(1, 3))
    (tmp_path / "批次.txt").write_text(
        f"[地块坐标]\n{rows}\n1,2579602.1,434344.5\n", encoding="utf-8"
    )
    (tmp_path / "台账.xlsx").write_bytes(b"PK\x03\x04 torn")
    found = api.new(tmp_path)
    assert len(found.unread) == 2
    assert '# [[redlines]]\n# path = "批次.txt"\n# # crs = "EPSG:…"' in found.text
    table = found.text.partition("# ── 台账.xlsx")[2].partition("\n\n")[0]
    assert "[[" not in table
