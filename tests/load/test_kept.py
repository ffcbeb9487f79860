"""A layer that is taken from what was kept is the layer that loading gives, or it is loaded."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from siting import api
from siting.city import City, JoinSpec, LocalSystem, built_in_roles
from siting.errors import ReadError
from siting.features import StoredFeatures
from siting.load.child import Reader
from siting.model import FrameFeatures, Layer, LoadStatus
from siting.report import report_to_dict
from siting.sample import SAMPLE_AS_OF
from siting.store import Store, Trust

from .place import Place
from .town import AS_OF, CRS, EAST, NORTH


def same_frames(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    plain = (pd.DataFrame(each.drop(columns="geometry")) for each in (one, other))
    pd.testing.assert_frame_equal(*plain, check_exact=True)
    assert list(shapely.to_wkb(one.geometry)) == list(shapely.to_wkb(other.geometry))
    assert one.crs == other.crs


def same_layers(one: Layer, other: Layer) -> None:
    """Everything but coverage, which is not kept."""
    for name in ("name", "role", "title", "source", "contract", "content_sha256", "release"):
        assert getattr(one, name) == getattr(other, name), (one.name, name)
    assert (one.features is None) == (other.features is None)
    if one.frame is None or other.frame is None or other.features is None:
        return
    some = np.arange(0, len(one.frame), 3)
    assert len(other.features) == len(one.frame)
    assert other.features.columns == tuple(c for c in one.frame.columns if c != "geometry")
    assert other.features.ids() == one.frame["feature_id"].tolist()
    same_frames(one.frame.iloc[some], other.features.rows(some))
    plain = FrameFeatures(one.frame)
    for column in plain.columns:  # repr: not a number is not equal to itself
        for ask in ("values_at", "texts_at"):
            answers = [repr(getattr(each, ask)(column, some)) for each in (plain, other.features)]
            assert answers[0] == answers[1], (one.name, column, ask)
    few = other.features.some(some)
    assert list(shapely.to_wkb(few.shapes_at(few.every))) == list(
        shapely.to_wkb(plain.shapes_at(some))
    )
    same_frames(one.frame.iloc[some], few.frame())
    west, south, east, north = one.frame.total_bounds
    part = np.array([[west, south, (west + east) / 2, (south + north) / 2], [np.nan] * 4])
    assert np.array_equal(few.near(part), FrameFeatures(few.frame()).near(part))
    same_frames(one.frame, other.frame)
    box = shapely.box(*shapely.bounds(one.frame.geometry.iloc[0]))
    near = other.features.near(np.array([box.bounds]))
    assert near.tolist() == sorted(one.frame.sindex.query(box).tolist())


def three_ways(city: City, root: Path) -> list[api.Study]:
    """The city loaded without a store, into one, and from it."""
    stores = (None, Store(root), Store(root))
    return [
        api.load_study(city, as_of=SAMPLE_AS_OF, store=each, trust=Trust.STAMP) for each in stores
    ]


def compare(plain: api.Study, other: api.Study) -> None:
    assert plain.atlas.outline.equals_exact(other.atlas.outline, 0.0)
    for one, two in zip(plain.atlas.layers, other.atlas.layers, strict=True):
        same_layers(one, two)
        assert (one.coverage is None) == (two.coverage is None)
        assert one.coverage is None or one.coverage.equals_exact(two.coverage, 0.0)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> list[api.Study]:
    return three_ways(api.open_city(repo_root / "data"), tmp_path_factory.mktemp("kept"))


def test_the_report_is_the_same_with_and_without(studies):
    """Before any frame is built."""
    reports = [report_to_dict(api.check(study)) for study in studies]
    assert reports[0] == reports[1] == reports[2]
    assert reports[0]["identity"]
    hits = [layer for layer in studies[2].atlas.layers if layer.features is not None]
    assert all(isinstance(layer.features, StoredFeatures) for layer in hits)
    assert len(hits) > 20


def test_the_sample_city_is_the_same_with_and_without(studies):
    for other in studies[1:]:
        compare(studies[0], other)


@pytest.mark.shared
@pytest.mark.slow
def test_cambridge_is_the_same_with_and_without(tmp_path, repo_root):
    data = repo_root.parent / "shared" / "data" / "cambridge_ma"
    city = api.open_city(repo_root / "examples" / "cambridge", data_dir=data)
    plain, *others = three_ways(city, tmp_path)
    reports = [report_to_dict(api.check(study)) for study in (plain, *others)]
    assert reports[0] == reports[1] == reports[2]
    for other in others:
        compare(plain, other)


@pytest.fixture
def town(tmp_path: Path, reader: Reader) -> Place:
    return Place(tmp_path, reader)


def test_the_second_time_nothing_is_read(town, monkeypatch):
    town.load()
    assert town.is_read

    def unwanted(*_: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr(Reader, "read_vector", unwanted)
    monkeypatch.setattr(Reader, "count_ahead", unwanted)
    for trust in Trust:
        layer = town.load(trust=trust)
        assert not town.is_read
        assert layer.source.rows == 400


def test_a_hit_equals_loading(town):
    plain = town.plain()
    town.load()
    assert plain.frame is not None
    assert plain.frame["codes"].dtype == float
    same_layers(plain, town.load())


def test_a_file_of_which_only_the_bytes_changed_is_read_again(town):
    town.load()
    town.write(floors=4)
    for trust in Trust:
        layer = town.load(trust=trust)
        assert layer.frame is not None
        assert set(layer.frame["floors"]) == {4}
    same_layers(town.plain(), town.load())


CHANGES = {
    "id": {"id_column": ""},
    "name": {"name_column": "code"},
    "columns": {"columns": ("floors",)},
    "attributes": {"attributes": {"storeys": "floors"}},
    "repair": {"has_repair": True},
    "role": {"role": built_in_roles()["zoning"]},
    "crs of the city": {"crs": "EPSG:4526"},
    "neighbourhood": {"neighbourhood": shapely.box(EAST - 5e4, NORTH, EAST + 5e4, NORTH + 5e4)},
    "outline": {"outline": shapely.box(EAST, NORTH, EAST + 5e4, NORTH + 5e4)},
    "systems": {"systems": (LocalSystem("own", crs="EPSG:4546"),)},
    "extra columns": {"extra_columns": {"parcel": ("code",)}},
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_rows_depend_on_is_in_the_key(town, name):
    options = dict(CHANGES[name])
    if name == "crs of the city":  # of the ground, not of the layer
        shelf = town.shelf()
        look = shelf.fingerprint(town.path, _gpkg())
        keys = {shelf.key(town.spec, look, replace(town.ground, crs=crs)) for crs in (CRS, "x")}
        assert len(keys) == 2
        return
    town.load()
    town.load()
    assert not town.is_read
    town.load(**options)
    assert town.is_read


def _gpkg():
    from siting.load.formats import Format

    return Format.GPKG


@pytest.mark.parametrize(
    "options",
    [{"authority": "x"}, {"accuracy_m": 1.0}, {"dated": AS_OF - dt.timedelta(9)}, {"licence": "y"}],
    ids=str,
)
def test_what_the_rows_do_not_depend_on_is_not(town, options):
    town.load()
    layer = town.load(**options)
    assert not town.is_read
    name, value = next(iter(options.items()))
    assert getattr(layer.source, name) == value


def test_another_code_of_ours_is_another_key(town, monkeypatch):
    town.load()
    monkeypatch.setattr("siting.load.kept.code_sha256", lambda _: "changed")
    from siting.load import kept

    kept._programs.cache_clear()
    try:
        town.load()
        assert town.is_read
    finally:
        kept._programs.cache_clear()


def test_the_date_of_the_study_is_judged_each_time(town):
    dated = {"dated": AS_OF, "max_age_days": 10}
    assert town.load(**dated).contract.status is LoadStatus.PASSED
    late = town.load(**dated, as_of=AS_OF + dt.timedelta(11))
    assert late.contract.status is LoadStatus.FAILED
    assert late.frame is None
    town.load(**dated)
    assert not town.is_read


def test_a_recorded_hash_that_differs_fails_though_the_layer_is_kept(town):
    town.load()
    layer = town.load(sha256="0" * 64)
    assert layer.contract.status is LoadStatus.FAILED
    assert layer.frame is None


def test_what_failed_fails_again_with_the_same_words_and_is_not_read(town, monkeypatch):
    first = town.load(columns=("nowhere",))
    assert first.contract.status is LoadStatus.FAILED
    assert first.contract.problems

    def unwanted(*_: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr(Reader, "read_vector", unwanted)
    monkeypatch.setattr(Reader, "count_ahead", unwanted)
    for trust in Trust:
        again = town.load(columns=("nowhere",), trust=trust)
        assert again.features is None
        assert (again.contract, again.source) == (first.contract, first.source)
        assert again.content_sha256 == first.content_sha256


def test_a_kept_failure_is_forgotten_with_the_file_that_failed(town):
    assert town.load(crs="EPSG:4490").contract.status is LoadStatus.FAILED
    town.write(floors=4)
    assert town.load(crs="EPSG:4490").contract.status is LoadStatus.FAILED
    assert len(list(town.root.glob("layer/*.entry"))) == 2
    assert town.load().contract.status is LoadStatus.PASSED


def test_a_damaged_failure_is_judged_anew(town):
    first = town.load(columns=("nowhere",))
    entry = town.entry()
    entry.write_bytes(entry.read_bytes()[:-1])
    assert town.load(columns=("nowhere",)).contract == first.contract
    assert town.entry().stat().st_size > 0


def test_what_could_not_be_read_is_tried_again(town):
    content = town.path.read_bytes()
    town.path.write_bytes(content[: len(content) // 2])
    assert town.load().contract.status is LoadStatus.FAILED
    assert list(town.root.glob("layer/*.entry")) == []


def test_the_hashes_of_ids_are_kept_as_well(town, monkeypatch):
    plain = town.plain().features
    assert plain is not None
    names = sorted(f"P{number}" for number in range(400))
    wanted = hashlib.sha256("\n".join(names).encode()).hexdigest()
    town.load()
    taken = town.load().features
    assert plain.id_prints() == taken.id_prints()
    assert taken.id_prints().sha256 == wanted

    def unwanted(*_: object) -> None:
        raise AssertionError("the ids were read")

    monkeypatch.setattr(StoredFeatures, "ids", unwanted)
    assert town.load().features.id_prints() == plain.id_prints()
    monkeypatch.undo()
    town.write(count=399)
    town.load()
    assert town.load().features.id_prints() == town.plain().features.id_prints() != wanted


def test_a_changed_joined_table_is_noticed(town):
    table = town.folder / "t.csv"
    table.write_text("code,owner\nP1,甲\n", encoding="utf-8")
    join = JoinSpec(table, "code", "code", ("owner",))
    owners = []
    for _ in range(2):
        town.load(join=join)
        layer = town.load(join=join)
        assert not town.is_read
        assert layer.frame is not None
        owners.append(layer.frame.set_index("feature_id").loc["P1", "owner"])
        table.write_text("code,owner\nP1,乙\n", encoding="utf-8")
    assert owners == ["甲", "乙"]


@pytest.mark.parametrize("turns", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_a_flipped_bit_anywhere_never_gives_other_rows(town, turns):
    plain = town.plain()
    town.load()
    path = town.entry()
    sound = path.read_bytes()
    places = [*range(0, len(sound), len(sound) // turns), len(sound) - 40]
    for place in places:
        broken = bytearray(sound)
        broken[place] ^= 1 << place % 8
        path.unlink(missing_ok=True)  # a new file: what is mapped is left alone
        path.write_bytes(broken)
        same_layers(plain, town.load())


@pytest.mark.parametrize("length", [0, 100, 0.5, 0.999])
def test_a_cut_entry_is_made_anew(town, length):
    plain = town.plain()
    town.load()
    path = town.entry()
    sound = path.read_bytes()
    path.unlink()
    path.write_bytes(sound[: int(length if length >= 1 else length * len(sound))])
    layer = town.load()
    assert town.is_read
    same_layers(plain, layer)
    town.load()
    assert not town.is_read


def test_damage_that_shows_late_with_another_source_is_an_error(town):
    town.load()
    path = town.entry()
    content = bytearray(path.read_bytes())
    content[2_000] ^= 1  # in the outlines, near the begin
    path.unlink()
    path.write_bytes(content)
    layer = town.load()
    assert not town.is_read
    town.write(floors=9)
    with pytest.raises(ReadError, match="changed since"):
        layer.frame  # noqa: B018


def test_a_place_that_cannot_be_written_changes_nothing(town):
    town.root.write_text("in the way")
    same_layers(town.plain(), town.load())


@pytest.mark.slow
def test_two_processes_build_once(town, repo_root):
    program = (
        "import sys; from pathlib import Path; from siting import api; from siting.store import *\n"
        "from siting.load import kept\n"
        "put = kept.Shelf.put\n"
        "def told(*a, **k): print('built', flush=True); return put(*a, **k)\n"
        "kept.Shelf.put = told\n"
        "city = api.open_city(Path('data'))\n"
        "api.load_study(city, store=Store(Path(sys.argv[1])))\n"
    )
    run = [sys.executable, "-c", program, str(town.root)]
    both = [
        subprocess.Popen(run, cwd=repo_root, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    texts = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    kept = len(list(town.root.glob("layer/*.entry")))
    assert sum(text.count("built") for text in texts) == kept


def test_only_the_newest_entries_of_a_layer_stay(town):
    for floors in range(4):
        town.write(floors=floors)
        town.load()
    assert len(list(town.root.glob("layer/*.entry"))) == 2
    town.load()
    assert not town.is_read


def test_rows_travel_to_another_process(town):
    import pickle

    town.load()
    layer = town.load()
    assert layer.features is not None
    copied = pickle.loads(pickle.dumps(layer.features))  # noqa: S301 - our own
    same_frames(layer.frame, copied.frame())


def test_the_entry_holds_the_hash_of_its_source(town):
    town.load()
    (kept,) = (each for each in Store(town.root).kept() if each.kind == "layer")
    assert kept.meta["source"]["sha256"] == hashlib.sha256(town.path.read_bytes()).hexdigest()
    assert kept.label == "parcels (a.gpkg)"
