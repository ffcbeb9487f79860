"""A package holds its own district, says what it is, and reads back as what was handed over."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyogrio
import pyproj
import pytest
import shapely
from shapely.geometry import Polygon, box

from siting.errors import WriteError
from siting.handover import FINDING_COLUMNS, RED_LINE_COLUMNS, SUGGESTION_COLUMNS
from siting.model import Search, Text
from siting.report import identity

A, B = "440901", "440902"
FILES = {
    "redlines.gpkg", "redlines.txt", "redlines.geojson", "findings.geojson",
    "suggestions.geojson", "map.html", "manifest.json", "redlines.dxf", "redlines.shp",
    "redlines.shx", "redlines.dbf", "redlines.prj", "redlines.cpg", "summary.xlsx",
}  # fmt: skip
EAST, NORTH = 433_000.0, 2_558_000.0


def manifest_of(home: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    return content


def features_of(path: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def everything(folder: Path, code: str) -> bytes:
    """The bytes of a district's folder and zip, members decompressed as well as raw."""
    chunks = [path.read_bytes() for path in sorted((folder / code).iterdir())]
    with zipfile.ZipFile(folder / code / "summary.xlsx") as opened:
        chunks += [opened.read(name) for name in opened.namelist()]
    archive = folder / f"{code}.zip"
    chunks.append(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        chunks += [opened.read(name) for name in opened.namelist()]
    return b"\n".join(chunks)


def test_each_district_gets_a_folder_and_a_zip_with_the_same_files(folder):
    assert sorted(path.name for path in folder.iterdir()) == [A, f"{A}.zip", B, f"{B}.zip"]
    for code in (A, B):
        assert {path.name for path in (folder / code).iterdir()} == FILES
        with zipfile.ZipFile(folder / f"{code}.zip") as archive:
            assert archive.namelist() == sorted(f"{code}/{name}" for name in FILES)
            for name in FILES:
                assert archive.read(f"{code}/{name}") == (folder / code / name).read_bytes()


def test_no_word_of_one_district_stands_in_the_package_of_the_other(folder):
    west, east = everything(folder, A), everything(folder, B)
    for code, own, other in (("A", west, east), ("B", east, west)):
        token = f"CANARY{code}"
        assert token.encode() in own
        assert token.encode() not in other
        assert token.encode("utf-16-le") not in other


@pytest.mark.parametrize("column", ["remark", "promised", "alias", "profile", "owner"])
def test_columns_that_are_not_on_the_list_stay_at_home(folder, column: str):
    for code in (A, B):
        content = everything(folder, code)
        for district in "ABX":
            assert f"CANARY{district}{column}".encode() not in content


def test_no_path_of_this_machine_is_handed_over(folder):
    assert b"/secret/place" not in everything(folder, A)
    assert b"CANARYAsource.shp" in (folder / A / "redlines.geojson").read_bytes()


def test_the_manifest_proves_every_file(folder):
    for code in (A, B):
        entries = {entry["path"]: entry for entry in manifest_of(folder / code)["files"]}
        assert set(entries) == FILES - {"manifest.json"}
        for name, entry in entries.items():
            content = (folder / code / name).read_bytes()
            assert entry["sha256"] == hashlib.sha256(content).hexdigest()
            assert entry["bytes"] == len(content)


def test_the_manifest_counts_the_rows_that_are_there(folder):
    entries = {entry["path"]: entry for entry in manifest_of(folder / A)["files"]}
    assert entries["redlines.gpkg"]["rows"] == {"redlines": 3, "findings": 4, "suggestions": 2}
    for name in ("redlines", "findings", "suggestions"):
        found = len(features_of(folder / A / f"{name}.geojson"))
        assert entries[f"{name}.geojson"]["rows"] == found


def test_the_manifest_says_what_it_rests_on_and_what_was_not_checked(world, folder):
    manifest = manifest_of(folder / A)
    assert manifest["as_of"] == "2026-03-01"
    assert manifest["crs"]["official"] == "EPSG:4547"
    assert pyproj.CRS(manifest["crs"]["official_wkt"]) == pyproj.CRS("EPSG:4547")
    assert "northing" in manifest["crs"]["axes"]["en"]
    assert manifest["rule_book"] == {"name": "cn", "sha256": "1" * 64}
    assert manifest["district"]["code"] == A
    assert manifest["secrecy_mark"] == "内部资料"
    assert manifest["report_identity"] == identity(world.report)
    assert [entry["name"] for entry in manifest["layers_not_checked"]] == ["metro"]
    assert manifest["not_checked"] == [
        {"rule": "cn.metro", "zh": "地铁结构未载入", "en": "metro structure did not load"}
    ]
    assert manifest["layers_without_geometry"] == ["farmland"]
    assert manifest["projects_without_site"] == []


def test_the_manifest_names_the_projects_for_which_no_site_was_found(world, write):
    blocked = Search("PRJ-2", (), (), blocked_by=Text("无合适地块", "no parcel is large enough"))
    folder = write(replace(world, searches=(*world.searches, blocked)))
    assert manifest_of(folder / A)["projects_without_site"] == []
    assert manifest_of(folder / B)["projects_without_site"] == [
        {"project_id": "PRJ-2", "zh": "无合适地块", "en": "no parcel is large enough"}
    ]


def test_a_district_without_anything_gets_its_empty_package(world, write):
    report = replace(world.report, results=(), findings=(), verdicts=(), projects=())
    folder = write(replace(world, report=report, searches=()))
    entries = {entry["path"]: entry["rows"] for entry in manifest_of(folder / B)["files"]}
    assert entries["redlines.gpkg"] == {"redlines": 0, "findings": 0, "suggestions": 0}
    assert [row[0] for row in pyogrio.list_layers(folder / B / "redlines.gpkg")] == [
        "redlines",
        "findings",
        "suggestions",
        "layer_styles",
    ]
    assert features_of(folder / B / "suggestions.geojson") == []


def test_a_red_line_over_the_border_goes_whole_to_both(folder):
    whole = box(EAST + 950, NORTH + 100, EAST + 1100, NORTH + 200)
    for code, share_m2 in ((A, 5000.0), (B, 10000.0)):
        table = pyogrio.read_dataframe(folder / code / "redlines.gpkg", layer="redlines")
        row = table.set_index("red_line_id").loc["RL-3"]
        assert shapely.equals(row.geometry, whole)
        assert row["area_in_district_m2"] == pytest.approx(share_m2, abs=1e-6)


def test_a_finding_goes_where_it_lies_and_the_other_district_is_told_that_it_exists(folder):

    def findings(code: str) -> set[str]:
        table = pyogrio.read_dataframe(folder / code / "redlines.gpkg", layer="findings")
        return set(table["finding_id"])

    assert findings(A) == {"F-1", "F-2", "F-4", "F-6"}
    assert findings(B) == {"F-3", "F-4", "F-5"}
    table = pyogrio.read_dataframe(folder / A / "redlines.gpkg", layer="redlines")
    assert table.set_index("red_line_id")["findings_elsewhere"].to_dict() == {
        "RL-1": 0, "RL-3": 1, "RL-4": 0,
    }  # fmt: skip


def test_release_decides_which_geometry_travels(folder):
    table = pyogrio.read_dataframe(folder / A / "redlines.gpkg", layer="findings")
    rows = table.set_index("finding_id")
    assert rows["geometry_state"].to_dict() == {
        "F-1": "as_found",
        "F-2": "withheld",
        "F-4": "clipped_to_district",
        "F-6": "none",
    }
    assert rows.loc["F-2"].geometry is None
    clipped = box(EAST + 990, NORTH + 100, EAST + 1000, NORTH + 200)
    assert shapely.equals(rows.loc["F-4"].geometry, clipped)
    by_id = {f["properties"]["finding_id"]: f for f in features_of(folder / A / "findings.geojson")}
    assert by_id["F-2"]["geometry"] is None
    assert by_id["F-2"]["properties"]["area_m2"] == 12.5


def test_clipping_leaves_no_lines_behind(world, write):
    """A piece in A that also runs along the border with B on B's side: a surface and a line."""
    corners = [(990, 100), (990, 150), (1000, 150), (1000, 200), (1010, 200), (1010, 100)]
    ring = [(EAST + p, NORTH + q) for p, q in corners]
    original = world.report.findings[3]
    changed = replace(original, geometry=Polygon(ring))
    report = replace(world.report, findings=(changed,))
    folder = write(replace(world, report=report))
    table = pyogrio.read_dataframe(folder / A / "redlines.gpkg", layer="findings")
    assert set(table.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert table.geometry.area.tolist() == pytest.approx([500.0], abs=1e-6)


def test_a_withheld_corner_stands_nowhere_in_the_package(folder):
    """The eastern edge of the farmland piece, 433170, is no corner of anything else."""
    lon, _ = pyproj.Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True).transform(
        EAST + 170, NORTH + 100
    )
    for path in (folder / A).iterdir():
        if path.suffix not in {".gpkg", ".xlsx"}:
            assert f"{lon:.6f}".encode() not in path.read_bytes()
    import struct

    assert struct.pack("<d", EAST + 170) not in (folder / A / "redlines.gpkg").read_bytes()
    assert struct.pack("<d", EAST + 150) in (folder / A / "redlines.gpkg").read_bytes()


def test_a_site_is_shown_to_its_district_and_only_announced_to_the_project_s(folder):
    own = {f["properties"]["rank"]: f for f in features_of(folder / A / "suggestions.geojson")}
    assert own[1]["geometry"] is not None
    assert own[1]["properties"]["project_name"] == "CANARYAprojectname"
    assert own[2]["geometry"] is None
    assert own[2]["properties"]["site_district"] == B
    assert own[2]["properties"]["site_id"] is None
    assert own[2]["properties"]["geometry_state"] == "in_other_district"
    (theirs,) = features_of(folder / B / "suggestions.geojson")
    assert theirs["geometry"] is not None
    assert theirs["properties"]["project_id"] == "PRJ-1"
    assert theirs["properties"]["project_name"] == ""


def test_parcels_that_may_not_travel_give_no_site_outline(make_world, write):
    from siting.model import Release

    folder = write(make_world(parcels=Release.TABLE_ONLY))
    first = features_of(folder / A / "suggestions.geojson")[0]
    assert first["geometry"] is None
    assert first["properties"]["geometry_state"] == "withheld"
    assert first["properties"]["site_id"] == "CANARYAsiteid"


def carved(world, geometry, **more):
    """Return the world with the first site carved."""
    from siting.model import SiteKind

    search = world.searches[0]
    first = search.suggestions[0]
    site = replace(first.site, kind=SiteKind.CARVED, geometry=geometry, owners=2, **more)
    offered = (replace(first, site=site, must_acquire=True), *search.suggestions[1:])
    searches = (replace(search, suggestions=offered), *world.searches[1:])
    return replace(world, searches=searches)


def test_a_carved_site_is_handed_over_with_its_own_outline_and_figures(make_world, write):
    from siting.model import Release

    outline = Polygon([(EAST + p, NORTH + q) for p, q in ((110, 110), (150, 110), (130, 150))])
    folder = write(carved(make_world(parcels=Release.PUBLIC), outline, lane_m2=12.5))
    first = features_of(folder / A / "suggestions.geojson")[0]
    told = first["properties"]
    assert (told["kind"], told["must_acquire"], told["owners"]) == ("carved", True, 2)
    assert told["lane_m2"] == 12.5
    frame = pyogrio.read_dataframe(folder / A / "redlines.gpkg", layer="suggestions")
    assert frame.geometry.iloc[0].equals(outline)


def test_an_outline_along_land_that_may_not_be_drawn_is_withheld(make_world, write):
    from siting.model import Release

    outline = Polygon([(EAST + p, NORTH + q) for p, q in ((110, 110), (150, 110), (130, 150))])
    world = carved(make_world(parcels=Release.PUBLIC), outline, release=Release.TABLE_ONLY)
    first = features_of(write(world) / A / "suggestions.geojson")[0]
    assert first["geometry"] is None
    assert first["properties"]["geometry_state"] == "withheld"


def test_an_invalid_red_line_is_handed_over_as_delivered_and_flagged(world, folder):
    table = pyogrio.read_dataframe(folder / A / "redlines.gpkg", layer="redlines")
    row = table.set_index("red_line_id").loc["RL-4"]
    assert not row["is_valid"]
    assert "Self-intersection" in row["validity"]
    bowtie = world.report.results[3].red_line.geometry
    assert (
        shapely.get_coordinates(row.geometry).tolist() == shapely.get_coordinates(bowtie).tolist()
    )


def txt_plots(path: Path) -> dict[str, Polygon]:
    """Read a TXT without siting: X is northing, Y is easting."""
    plots: dict[str, list[tuple[float, float]]] = {}
    current: list[tuple[float, float]] = []
    for line in path.read_bytes().decode("gb18030").split("\r\n"):
        fields = line.split(",")
        if line.endswith("@"):
            current = plots.setdefault(fields[2], [])
        elif line.startswith("J"):
            current.append((float(fields[3]), float(fields[2])))
    return {name: Polygon(points) for name, points in plots.items()}


def test_what_was_handed_over_is_what_was_delivered(world, folder):
    """GeoPackage to the micrometre, TXT to half a millimetre, viewing copy to a millimetre."""
    to_plane = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
    for code in (A, B):
        home = folder / code
        table = pyogrio.read_dataframe(home / "redlines.gpkg", layer="redlines")
        assert table.crs == pyproj.CRS("EPSG:4547")
        plots = txt_plots(home / "redlines.txt")
        views = {
            f["properties"]["red_line_id"]: shapely.geometry.shape(f["geometry"])
            for f in features_of(home / "redlines.geojson")
        }
        expected = {item.red_line.id: item.red_line.geometry for item in world.report.results}
        assert set(table["red_line_id"]) == set(plots) == set(views)
        for name, geometry in zip(table["red_line_id"], table.geometry, strict=True):
            delivered = expected[name]
            assert shapely.hausdorff_distance(geometry, delivered) <= 1e-6
            assert shapely.hausdorff_distance(plots[name], delivered) <= 1e-3
            back = shapely.transform(views[name], to_plane.transform, interleaved=False)
            assert shapely.hausdorff_distance(back, delivered) <= 1e-3


def test_the_columns_are_the_list_and_nothing_else(folder):
    for name, columns in (
        ("redlines", RED_LINE_COLUMNS),
        ("findings", FINDING_COLUMNS),
        ("suggestions", SUGGESTION_COLUMNS),
    ):
        table = pyogrio.read_dataframe(folder / A / "redlines.gpkg", layer=name)
        assert tuple(table.columns.drop("geometry")) == columns
        for feature in features_of(folder / A / f"{name}.geojson"):
            assert tuple(feature["properties"]) == columns


def test_the_same_run_gives_the_same_bytes(make_world, write, tmp_path: Path):
    first = write(make_world(), tmp_path / "one")
    second = write(make_world(), tmp_path / "two")
    for path in sorted(first.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name


def test_a_second_run_replaces_the_first(world, write):
    folder = write(world)
    before = (folder / f"{A}.zip").read_bytes()
    assert write(world) == folder
    assert (folder / f"{A}.zip").read_bytes() == before
    assert not [path for path in folder.rglob("*") if path.name.startswith(".siting")]


def with_codes(world: Any, codes: list[str], names: list[str] | None = None) -> Any:
    districts = world.atlas.districts.assign(feature_id=codes)
    if names:
        districts = districts.assign(feature_name=names)
    return replace(world, atlas=replace(world.atlas, districts=districts))


@pytest.mark.parametrize(
    "code", ["../../evil", "CON", "a\nb", "a\x00b", "/abs", "..", " ", "lpt1", "\u202egnp.exe"]
)
def test_a_hostile_code_stays_inside_the_folder(
    world, write: Callable[..., Path], tmp_path: Path, code: str
):
    folder = write(with_codes(world, [code, B]), tmp_path / "deep" / "er" / "handover")
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files
    assert all(folder in path.parents for path in files)
    for path in folder.iterdir():
        assert path.stem.replace("-", "").isalnum()
        assert path.stem.isascii()
        assert path.stem.casefold() not in {"con", "lpt1"}


def test_a_hostile_name_is_text_and_never_a_path(world, write):
    hostile = "../../evil\n{{7*7}}<script>alert(1)</script>"
    folder = write(with_codes(world, [A, B], [hostile, hostile]))
    assert sorted(path.name for path in folder.iterdir()) == [A, f"{A}.zip", B, f"{B}.zip"]
    assert manifest_of(folder / A)["district"]["name"] == hostile


def test_codes_that_would_share_a_file_are_refused(world, write, tmp_path: Path):
    with pytest.raises(WriteError, match="share one package"):
        write(with_codes(world, ["ab", "AB"]))
    assert list(tmp_path.iterdir()) == []


def test_a_district_without_a_code_is_not_taken_for_the_city(world, write, tmp_path: Path):
    with pytest.raises(WriteError, match="has no code"):
        write(with_codes(world, ["", B]))
    assert list(tmp_path.iterdir()) == []


def test_a_link_out_of_the_folder_is_refused(world, write, tmp_path: Path):
    folder, outside = tmp_path / "handover", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (folder / A).symlink_to(outside)
    with pytest.raises(WriteError, match="outside of the output folder"):
        write(world)
    assert list(outside.iterdir()) == []


def test_a_red_line_in_no_district_is_named_in_the_log(world, write, caplog):
    folder = write(world)
    assert "RL-5 lies in no district" in caplog.text
    assert b"RL-5" not in everything(folder, A) + everything(folder, B)
