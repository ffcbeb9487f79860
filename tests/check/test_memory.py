"""What is kept between runs changes no report, and spares all the work that it may."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
import shapely

from siting.check import book as books
from siting.check import keys
from siting.check import memory as memories
from siting.check.book import KEY, KIND, Book
from siting.check.keys import Keys
from siting.model import ArrayPixels, Grid
from siting.store import Store
from siting.store.codec import digest

from ..tiny_city import around, layer, rect, rule, subject
from .kept_city import CHANGES, Scene, document, kept, moved, with_row


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The store after one check of the city, to be copied."""
    folder = tmp_path_factory.mktemp("kept")
    Scene().check(kept(folder))
    return folder


@pytest.fixture
def store(filled, tmp_path):
    shutil.copytree(filled, tmp_path / "store")
    return kept(tmp_path / "store")


def test_the_second_run_judges_nothing_and_says_the_same(store: Store) -> None:
    alone, _ = Scene().check()
    again, memory = Scene().check(store)
    assert document(again) == document(alone)
    # 5 red lines × 8 rules
    assert (memory.tally.asked, memory.tally.judged) == (40, 0)
    assert len(alone.findings) == 8


@pytest.mark.parametrize("name", CHANGES)
def test_after_any_change_the_report_is_that_of_a_full_run(name: str, store: Store) -> None:
    scene = Scene()
    CHANGES[name](scene)
    alone, _ = scene.check()
    assert document(alone) != document(Scene().check()[0]), "the change changes nothing"
    assert document(scene.check(store)[0]) == document(alone)
    assert scene.judged(store) == 0


def test_a_run_by_tiles_says_the_same(store: Store) -> None:
    scene = Scene()
    CHANGES["a red line moves"](scene)
    CHANGES["a feature moves off"](scene)
    far = scene.red_lines["R5"]
    for n in range(3):
        shape = moved(far.geometry, 9_000.0 * (n + 1), 9_000.0)
        scene.red_lines[f"F{n}"] = replace(far, id=f"F{n}", geometry=shape)
    assert document(scene.check(store)[0]) == document(scene.check()[0])


def _without(at: int):
    """Return a hash that overlooks one part of a list of the length and place of a head."""

    def overlooking(value):
        if isinstance(value, list) and len(value) > 2 and value[0] == keys.engine_digest().hex():
            value = [part for place, part in enumerate(value) if place != at]
        return digest(value)

    return overlooking


def _of_subject(*names: str):
    """Return a hash that knows only some things of a red line with its project."""

    def overlooking(value):
        if isinstance(value, keys.Subject):
            value = [value.red_line.id, *(getattr(value, name) for name in names)]
        return digest(value)

    return overlooking


_FACTS_OF = keys.Keys._facts_of
#: What is left out of the keys -> where, what stands there instead, and the change after which
#: the store must then tell of a past that is gone.
FORGOTTEN = {
    "rule": (keys, "digest", _without(1), "a rule's distance"),
    "state of layers": (keys, "digest", _without(2), "a layer's coverage"),
    "crosswalks": (keys, "digest", _without(3), "a crosswalk"),
    "outline": (keys, "digest", _of_subject("project"), "a red line moves"),
    "accuracy": (keys, "digest", _of_subject("project"), "a red line's accuracy"),
    "project": (keys, "digest", _of_subject("red_line"), "a project's use"),
    "content": (
        keys.Keys, "_facts_of",
        lambda self, layer: (_FACTS_OF(self, layer)[0], b""), "a feature moves off",
    ),
    "features": (
        keys.Keys, "_features",
        lambda self, rule, layer, chosen: [b""] * len(chosen), "a feature moves off",
    ),
    "reach of the rule": (
        keys.Keys, "_pads_m",
        lambda self, rule, layer: np.zeros(len(self._seen)), "a feature comes near",
    ),
    "reach of the bands": (
        keys.Keys, "_pads_m",
        lambda self, rule, layer: np.full(len(self._seen), rule.reach_m),
        "a feature comes within the bands only",
    ),
    "rivals": (
        keys.Keys, "_rivals",
        lambda self, rule, chosen: [b""] * len(chosen), "a red line goes",
    ),
    "verdicts of a result": (
        memories.Memory, "_near_key", lambda self, code, line_id: "", "a feature moves off",
    ),
    "place of a result": (memories, "digest", _without(1), "the border of the districts"),
    "findings of a total": (
        memories.Memory, "_total_key", lambda self, code, findings: digest(code),
        "an attribute",
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", FORGOTTEN)
def test_no_part_of_the_keys_can_be_left_out(part: str, tmp_path, monkeypatch) -> None:
    owner, name, instead, change = FORGOTTEN[part]
    monkeypatch.setattr(owner, name, instead)
    store, scene = kept(tmp_path / "store"), Scene()
    scene.check(store)
    CHANGES[change](scene)
    assert document(scene.check(store)[0]) != document(scene.check()[0])


@pytest.mark.parametrize("change", ["the area of record", "the witnesses"])
def test_another_way_to_measure_judges_everything(change: str, store: Store) -> None:
    # what these two change lies under the report's last digit here
    scene = Scene()
    CHANGES[change](scene)
    assert scene.judged(store) == 40


def test_one_red_line_is_judged_by_all_rules_and_its_rivals_by_one(store: Store) -> None:
    scene = Scene()
    # R4 lies on R1 and nowhere near the others: 8 rules for it, and the rivals of R1
    scene.change_line("R4", geometry=moved(scene.red_lines["R4"].geometry, 1.0))
    assert scene.judged(store) == 8 + 1


def test_a_new_version_of_the_same_outline_is_not_judged_again(store: Store) -> None:
    scene = Scene()
    scene.change_line("R1", version="v2", source="new.txt", notes=("closed",))
    scene.change_project("P1", remark="下周再议", promised="2027", aliases=("甲",))
    scene.change_project("P1", priority=3, is_priority_assumed=True, batch="2027")
    assert scene.judged(store) == 0
    assert document(scene.check(store)[0]) == document(scene.check()[0])


def test_a_change_elsewhere_in_a_layer_judges_nothing(store: Store) -> None:
    scene = Scene()
    scene.change_frame("farmland", lambda frame: with_row(frame, rect(100, 100, 150, 150)))
    assert scene.judged(store) == 0


def test_a_change_near_one_red_line_judges_one_pair(store: Store) -> None:
    scene = Scene()
    # 15 m from R5 and within the 20 m of the overlap rule
    scene.change_frame("farmland", lambda frame: with_row(frame, rect(635, 3000, 650, 3010)))
    assert scene.judged(store) == 1


def test_a_changed_parameter_judges_one_rule(store: Store) -> None:
    scene = Scene()
    scene.change_rule("overlap", near_m=21.0)
    assert scene.judged(store) == len(scene.red_lines)


def test_a_project_is_judged_by_all_rules_of_its_red_line(store: Store) -> None:
    scene = Scene()
    scene.change_project("P5", kind="park")
    assert scene.judged(store) == 8


def test_rows_in_another_order_judge_only_where_order_can_count(store: Store) -> None:
    scene = Scene()
    scene.change_frame("farmland", lambda frame: frame.iloc[::-1].reset_index(drop=True))
    # R1 has two rows within reach, the others none or one
    assert scene.judged(store) == 2


def test_an_empty_outline_is_judged_and_kept(store: Store) -> None:
    scene = Scene()
    scene.change_line("R5", geometry=shapely.Polygon())
    alone, _ = scene.check()
    assert document(scene.check(store)[0]) == document(alone)
    assert scene.judged(store) == 0


def test_red_lines_that_share_an_id_are_not_looked_up(store: Store) -> None:
    scene = Scene()
    scene.red_lines["twin"] = replace(scene.red_lines["R5"], project_id="P1")
    assert document(scene.check(store)[0]) == document(scene.check()[0])


def test_a_layer_of_unknown_content_goes_by_its_features(store: Store) -> None:
    scene = Scene()
    scene.change_layer("farmland", content_sha256="")
    assert scene.judged(store) == 0
    CHANGES["a feature moves off"](scene)
    scene.change_layer("farmland", content_sha256="")
    assert document(scene.check(store)[0]) == document(scene.check()[0])


def test_another_engine_judges_everything(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(keys, "engine_digest", lambda: b"another version")
    assert Scene().judged(store) == 40


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_flipped_bit_is_never_believed(share: float, store: Store) -> None:
    alone = document(Scene().check()[0])
    (file,) = (store.root / KIND).glob("*.entry")
    content = bytearray(file.read_bytes())
    content[int(share * len(content))] ^= 4
    file.write_bytes(content)
    assert document(Scene().check(store)[0]) == alone
    assert Scene().judged(store) == 0


def test_a_cut_book_is_made_anew(store: Store) -> None:
    (file,) = (store.root / KIND).glob("*.entry")
    file.write_bytes(file.read_bytes()[:-100])
    assert Scene().judged(store) == 40
    assert Scene().judged(store) == 0


def test_nothing_new_is_not_written(store: Store) -> None:
    (file,) = (store.root / KIND).glob("*.entry")
    before = file.stat().st_mtime_ns
    Scene().check(store)
    assert file.stat().st_mtime_ns == before


def test_without_a_store_nothing_is_kept() -> None:
    off = Store(None)
    assert Scene().judged(off) == 40
    assert Scene().judged(off) == 40


def records(store: Store) -> int:
    return len(Book(store))


def test_what_is_not_asked_for_goes_in_the_end(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(books, "TIMES_UNUSED", 3)
    first = records(store)
    scene = Scene()
    for step in range(6):
        scene.change_line("R5", geometry=moved(scene.red_lines["R5"].geometry, 0.0, float(step)))
        scene.check(store)
    # 8 verdicts, one result, per step, of which three steps stay beside what is in use
    assert records(store) <= first + 4 * 9


def test_the_book_has_a_bound(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(books, "TEXT_BYTES", 0)
    scene = Scene()
    CHANGES["a red line moves"](scene)
    scene.check(store)
    assert store.get(KIND, KEY) is not None
    assert scene.judged(store) == 0
    # what the first state alone had is gone
    assert Scene().judged(store) > 0


def test_other_cells_of_a_raster_are_another_key() -> None:
    made = rule("slope", code_system="ydyh2023", row=[{"uses": ["07"], "limit_percent": 15.0}])
    grid = Grid(400_000, 2_504_000, 10, 10, 4, 4)
    subjects = [subject(rect(0, 3960, 40, 4000), use="07", code_system="ydyh2023")]

    def keys(content: str) -> tuple[object, object]:
        dem = replace(
            layer("dem", []),
            frame=None,
            pixels=ArrayPixels(grid, np.zeros((4, 4))),
            content_sha256=content,
        )
        made_of = Keys(subjects, around([dem]))
        chosen = np.array([0])
        return made_of.near(made, chosen), made_of.exact(made, chosen)

    assert keys("one") == keys("one")
    for same, other in zip(keys("one"), keys("two"), strict=True):
        assert same != other
