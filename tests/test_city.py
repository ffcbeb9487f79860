"""city.toml: what it says is what we read, and what it misspells is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from siting.city import City, built_in_roles, form_of, read_city
from siting.errors import ProblemsError, ReadError, SitingError
from siting.model import Form, Release, Text

HEAD = '[city]\nname = "小城"\ncrs = "EPSG:4547"\n'
LAYER = '[[layer]]\nname = "farm"\nrole = "farmland"\npath = "farm.gpkg"\n'


def read(tmp_path: Path, text: str, **options: Path) -> City:
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    return read_city(tmp_path, **options)


def fault(tmp_path: Path, text: str) -> str:
    with pytest.raises(SitingError) as raised:
        read(tmp_path, text)
    return str(raised.value)


def test_the_least_that_a_city_needs(tmp_path: Path) -> None:
    city = read(tmp_path, HEAD)
    assert (city.name.zh, city.crs, city.language, city.rule_book) == (
        "小城", "EPSG:4547", "zh", "cn",
    )  # fmt: skip
    assert city.output == tmp_path / "maps"
    assert (city.area_of_record, city.as_of, city.layers, city.projects) == (
        "planar", None, (), None,
    )  # fmt: skip
    assert city.suggest.stages == ("前期研究", "已立项但规划红线未稳定")


def test_land_to_acquire_made_sites_and_classes_of_land(tmp_path: Path) -> None:
    spec = read(tmp_path, HEAD).suggest
    assert (spec.made_count, spec.acquire_count, spec.class_column, spec.classes) == (2, 2, "", {})
    text = '[suggest]\nmade_count = 0\nacquire_count = 5\nclass_column = "ZT"\n'
    text += 'classes = { idle = ["闲置", "停工"], renewal = ["旧改"] }\n'
    spec = read(tmp_path, HEAD + text).suggest
    assert (spec.made_count, spec.acquire_count, spec.class_column) == (0, 5, "ZT")
    assert spec.classes == {"idle": ("闲置", "停工"), "renewal": ("旧改",)}


def test_the_defaults_of_a_layer_are_the_narrowest(tmp_path: Path) -> None:
    (spec,) = read(tmp_path, HEAD + LAYER).layers
    assert spec.release is Release.TABLE_ONLY
    assert spec.coverage.kind == "undeclared"
    assert not spec.is_declared_empty
    assert not spec.has_repair
    assert spec.title == Text("永久基本农田", "Permanent basic farmland")
    assert spec.path == tmp_path / "farm.gpkg"
    assert (spec.code_system, spec.crs, spec.max_age_days) == ("", "", None)


def test_everything_of_a_layer(tmp_path: Path) -> None:
    more = (
        'title_en = "Fields"\nsublayer = "t"\nid_column = "BSM"\nname_column = "MC"\n'
        'columns = ["kv"]\nattributes = { voltage_kv = "DY" }\ncrs = "EPSG:4490"\n'
        'encoding = "gbk"\ncoverage = { districts = ["01"] }\ndated = 2026-01-02\n'
        'authority = "局"\naccuracy_m = 0.5\nlicence = "CC0"\ncode_system = "s"\n'
        'release = "public"\nmax_age_days = 30\ndeclared_empty = true\nrepair = true\n'
        'sha256 = "abc"\n'
    )
    (spec,) = read(tmp_path, HEAD + LAYER + more).layers
    assert (spec.title.en, spec.sublayer, spec.id_column, spec.name_column) == (
        "Fields", "t", "BSM", "MC",
    )  # fmt: skip
    assert (spec.columns, dict(spec.attributes)) == (("kv",), {"voltage_kv": "DY"})
    assert (spec.coverage.kind, spec.coverage.districts) == ("districts", ("01",))
    assert (spec.dated, spec.accuracy_m, spec.max_age_days) == (dt.date(2026, 1, 2), 0.5, 30)
    assert (spec.release, spec.is_declared_empty, spec.has_repair) == (Release.PUBLIC, True, True)


def test_roads_are_those_of_their_role_and_nothing_is_known_of_them(tmp_path: Path) -> None:
    spec = read(tmp_path, HEAD).access
    assert (spec.roles, spec.columns, spec.speeds, spec.snap_m) == (("road",), {}, None, None)
    assert (spec.at_crossings, spec.levels_meet, spec.only_main) == (False, "lone_end", False)


def test_what_a_city_says_of_its_roads(tmp_path: Path) -> None:
    text = (
        '[[role]]\nname = "x_street"\ngeometry = "line"\n'
        '[access]\nroles = ["x_street", "road"]\nspeeds = "own.toml"\nsnap_m = 2\nnear_m = 20\n'
        'at_crossings = true\nlevels_meet = "always"\nmost_off_road_m = 300\nonly_main = true\n'
        '[access.columns]\nroad_class = "DJ"\none_way = "DX"\n'
    )
    spec = read(tmp_path, HEAD + text).access
    assert (spec.roles, spec.speeds) == (("x_street", "road"), tmp_path / "own.toml")
    assert spec.columns == {"road_class": "DJ", "one_way": "DX"}
    assert (spec.snap_m, spec.near_m, spec.most_off_road_m) == (2.0, 20.0, 300.0)
    assert (spec.at_crossings, spec.levels_meet, spec.only_main) == (True, "always", True)


def test_the_accuracy_of_red_lines_is_stated_or_unknown(tmp_path: Path) -> None:
    files = '[[redlines]]\npath = "a.gpkg"\naccuracy_m = 0.05\n[[redlines]]\npath = "b.gpkg"\n'
    assert [s.accuracy_m for s in read(tmp_path, HEAD + files).red_lines] == [0.05, None]


@pytest.mark.parametrize("figure", ["-0.1", "nan", "inf"])
def test_what_is_no_accuracy_is_refused(tmp_path: Path, figure: str) -> None:
    for text in (LAYER, '[[redlines]]\npath = "a.gpkg"\n'):
        with pytest.raises(SitingError, match="accuracy_m"):
            read(tmp_path, HEAD + text + f"accuracy_m = {figure}\n")


def test_coverage_by_word_and_by_file(tmp_path: Path) -> None:
    (spec,) = read(tmp_path, HEAD + LAYER + 'coverage = "city"\n').layers
    assert spec.coverage.kind == "city"
    (spec,) = read(tmp_path, HEAD + LAYER + 'coverage = { path = "o.gpkg" }\n').layers
    assert (spec.coverage.kind, spec.coverage.path) == ("file", tmp_path / "o.gpkg")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[city]\ncrs = 'EPSG:4547'\n", "'name' is missing"),
        ("[city]\nname = 'a'\n", "'crs' is missing"),
        (HEAD.replace("4547", "4490"), "cannot be the working CRS"),
        (HEAD + "langauge = 'zh'\n", "did you mean 'language'?"),
        (HEAD + "language = 'fr'\n", "zh | en"),
        (HEAD + "area_of_record = 'plane'\n", "did you mean 'planar'?"),
        (HEAD + LAYER.replace("farmland", "farmlnd"), "did you mean 'farmland'?"),
        (HEAD + LAYER + "covarage = 'city'\n", "did you mean 'coverage'?"),
        (HEAD + LAYER + "titel = 'x'\n", "did you mean 'title'?"),
        (HEAD + LAYER + "coverage = 'ctiy'\n", "did you mean 'city'?"),
        (HEAD + LAYER + "coverage = { district = ['01'] }\n", "did you mean 'districts'?"),
        (HEAD + LAYER + "release = 'everyone'\n", "table_only | district"),
        (HEAD + LAYER + "crs = 'EPSG:1'\n", "unknown coordinate reference system"),
        (HEAD + LAYER + LAYER, "two layers are called 'farm'"),
        (HEAD + LAYER.replace('"farm.gpkg"', '"f.gpkg"\nin_data_dir = true'), "--data-dir"),
        (HEAD + "[[role]]\nname = 'orchard'\n", "must begin with x_"),
        (HEAD + "[[role]]\nname = 'x_o'\ngeometry = 'poligon'\n", "did you mean 'polygon'?"),
        (HEAD + "[sugest]\n", "did you mean 'suggest'?"),
        (HEAD + "[project]\npath = 'a.xlsx'\n", "did you mean 'projects'?"),
        (HEAD + "[suggest.weights]\narea = -1\n", "no number ≥ 0"),
        (HEAD + "[suggest]\nmade_count = -1\n", "'made_count' is negative"),
        (HEAD + '[suggest]\nclass_column = "ZT"\n', "only one of class_column and classes"),
        (HEAD + '[suggest]\nclasses = { idle = ["x"] }\n', "only one of class_column"),
        (
            HEAD + '[suggest]\nclass_column = "ZT"\nclasses = { idel = ["x"] }\n',
            "did you mean 'idle'?",
        ),
        (HEAD + "[access]\nroles = ['rode']\n", "did you mean 'road'?"),
        (HEAD + "[access]\nroles = ['farmland']\n", "no role of lines"),
        (HEAD + "[access]\nsnap_m = -1\n", "'snap_m' is no distance"),
        (HEAD + "[access]\nmost_off_road_m = inf\n", "'most_off_road_m' is no distance"),
        (HEAD + "[access]\nsnap_m = 5\nnear_m = 2\n", "'snap_m' is more than 'near_m'"),
        (HEAD + "[access]\nlevels_meet = 'never'\n", "lone_end | always"),
        (HEAD + "[access.columns]\noneway = 'DX'\n", "did you mean 'one_way'?"),
        (HEAD + "[[off_map]]\ncode = 'm'\n", "'title' is missing"),
        (HEAD + "[projects]\npath = 'a.xlsx'\n", "which column is the id"),
        (HEAD + "[projects]\npath = 'a.xlsx'\n[projects.columns]\nid = 'a'\nnme = 'b'\n",
         "did you mean 'name'?"),
        (HEAD + "[[redlines]]\nproject_colum = 'x'\npath = 'a'\n",
         "did you mean 'project_column'?"),
    ],
)  # fmt: skip
def test_a_fault_is_named(text: str, words: str, tmp_path: Path) -> None:
    message = fault(tmp_path, text)
    assert words in message
    assert "next step" in message


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = HEAD + "langauge = 'zh'\n" + LAYER.replace("farmland", "farmlnd")
    with pytest.raises(ProblemsError) as raised:
        read(tmp_path, text)
    assert len(raised.value.problems) == 2


def test_the_data_folder_of_a_layer_group(tmp_path: Path) -> None:
    text = HEAD + LAYER + "in_data_dir = true\n"
    (spec,) = read(tmp_path, text, data_dir=tmp_path / "elsewhere").layers
    assert spec.path == tmp_path / "elsewhere" / "farm.gpkg"


def test_the_output_folder_can_be_given(tmp_path: Path) -> None:
    text = HEAD + "[output]\nfolder = '../results'\n"
    assert read(tmp_path, text).output == tmp_path.parent / "results"
    assert read(tmp_path, text, output=tmp_path / "o").output == tmp_path / "o"


def test_the_newest_version_not_after_the_date_counts(tmp_path: Path) -> None:
    versions = "".join(
        LAYER.replace("farm.gpkg", f"{year}.gpkg") + f"dated = {year}-01-01\n"
        for year in (2025, 2024, 2026)
    )
    city = read(tmp_path, HEAD + versions)

    def chosen(*day: int) -> str:
        (spec,) = city.layers_as_of(dt.date(*day))
        return spec.path.stem

    assert chosen(2025, 12, 31) == "2025"
    assert chosen(2026, 1, 1) == "2026"
    assert chosen(2024, 6, 1) == "2024"
    # none is known yet: the oldest one stays, for the contract to refuse by name
    assert chosen(2023, 1, 1) == "2024"


def test_versions_of_one_layer_have_one_role_and_own_dates(tmp_path: Path) -> None:
    same = LAYER + "dated = 2025-01-01\n"
    assert "two layers" in fault(tmp_path, HEAD + same + same)
    other = LAYER.replace("farmland", "hazard") + "dated = 2026-01-01\n"
    assert "two layers" in fault(tmp_path, HEAD + same + other)


def test_own_roles(tmp_path: Path) -> None:
    text = HEAD + "[[role]]\nname = 'x_noise'\ntitle = '噪声'\ngeometry = 'line'\n"
    (spec,) = read(tmp_path, text + LAYER.replace("farmland", "x_noise")).layers
    assert (spec.role.title.zh, spec.role.geometry) == ("噪声", ("line",))


def test_every_built_in_role_has_titles_and_geometry() -> None:
    for name, role in built_in_roles().items():
        assert role.name == name
        assert role.title.zh
        assert role.title.en
        assert set(role.geometry) <= {"polygon", "line", "point", "raster"}


@pytest.mark.parametrize(
    ("word", "form"),
    [("面状", Form.AREA), (" 线性 ", Form.LINEAR), ("无红线", Form.NONE), ("AREA", Form.AREA),
     ("圆", None)],
)  # fmt: skip
def test_words_of_the_ledger(word: str, form: Form | None) -> None:
    assert form_of(word) is form


def test_a_folder_or_a_file(tmp_path: Path) -> None:
    read(tmp_path, HEAD)
    assert read_city(tmp_path / "city.toml").path == tmp_path / "city.toml"
    with pytest.raises(ReadError):
        read_city(tmp_path / "nowhere")
