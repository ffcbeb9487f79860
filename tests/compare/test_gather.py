"""What stands side by side: every alternative with its own figures, and nothing withheld shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.compare import Mark, OptionKind, gather
from siting.model import NO_TEXT, Form, Release, RepairSearch, Text

from . import hand


def test_present_sites_by_rank_and_corrections_stand_in_this_order() -> None:
    found = hand.comparison()
    assert [option.key for option in found.options] == ["P1", "1", "2", "R1"]
    assert [option.id for option in found.options] == ["R1", "S1", "S2", "R1~cut-1"]
    assert found.district_names == {"01": "西区", "02": "东区"}


def test_the_present_red_line_shows_its_conflict() -> None:
    (present,) = hand.comparison().of_kind(OptionKind.PRESENT)
    (conflict,) = present.remains
    assert (conflict.code, conflict.title.en) == ("T-OVERLAP", "the overlap rule")
    assert conflict.area_m2 == pytest.approx(2_000.0)  # 20 m of 100 m
    assert present.conflict_area_m2 == pytest.approx(2_000.0)
    assert (present.score, present.marks, present.must_acquire) == (None, {}, None)


def test_a_site_has_measure_worth_and_points_and_an_unknown_one_has_neither_worth() -> None:
    first, second = hand.comparison().of_kind(OptionKind.SITE)
    assert first.marks == {"metro": Mark(500.0, 0.75, 56.25), "slope": Mark(10.0, 0.75, 18.75)}
    assert second.marks["slope"] == Mark(None, None, 0.0)
    assert (first.score, second.score) == (75.0, 37.5)
    assert second.must_acquire is True


def test_criteria_carry_their_share_of_all_weight() -> None:
    found = hand.comparison()
    assert [(each.name, each.share) for each in found.criteria] == [
        ("metro", 0.75),
        ("slope", 0.25),
    ]
    assert found.profile is not None
    assert found.profile.chosen.en == "as the ledger says"


def test_how_sure_the_order_is_goes_with_its_site() -> None:
    first, second = hand.comparison().of_kind(OptionKind.SITE)
    assert first.certainty is not None
    assert (first.certainty.first_share, first.certainty.behind) == (0.9, None)
    assert second.certainty is not None
    assert second.certainty.behind == Text("落后 37.50 分", "37.50 points behind")


def test_without_a_ranking_the_rest_stands() -> None:
    found = hand.comparison(search=hand.search(ranking=None))
    assert found.drawing is None
    assert [option.certainty for option in found.options] == [None] * 4


def test_what_was_not_compared_bears_the_title_of_its_filter() -> None:
    _, second = hand.comparison().of_kind(OptionKind.SITE)
    (gap,) = second.not_checked
    assert (gap.title.en, gap.is_rule) == ("not supplied", False)


def test_a_correction_says_what_it_resolves_and_changes() -> None:
    (cut,) = hand.comparison().of_kind(OptionKind.REPAIR)
    assert [rule.code for rule in cut.resolves] == ["T-OVERLAP"]
    assert cut.change is not None
    assert (cut.change.lost_m2, cut.change.gained_m2) == (2_001.0, 0.0)
    assert (cut.district, cut.distance_m) == ("01", 0.0)
    # 98.94 km off the central meridian the plane is wider by (98.94 / 6,371)² = 241 ppm
    assert cut.area_ellipsoidal_m2 == pytest.approx(7_999.0 * (1 - 2.412e-4), abs=0.05)


def test_matters_never_on_a_map_remain_for_a_correction_too() -> None:
    from siting.check import check

    from .. import tiny_city

    material = hand.material()
    city = tiny_city.city(off_map=(tiny_city.military(),))
    book = tiny_city.book(tiny_city.rule("overlap", role="farmland"))
    report = check(material.atlas, book, city=city, as_of=tiny_city.AS_OF)
    found = gather(replace(material, report=report, city=city))
    (cut,) = found.of_kind(OptionKind.REPAIR)
    assert [rule.code for rule in cut.remains] == ["military"]


@pytest.mark.parametrize(
    ("release", "is_drawn"),
    [(Release.TABLE_ONLY, False), (Release.DISTRICT, False), (Release.INTERNAL, True),
     (Release.PUBLIC, True)],
)  # fmt: skip
def test_a_site_is_drawn_as_far_as_its_parcels_are(release: Release, is_drawn: bool) -> None:
    found = gather(hand.material(parcels=release))
    for option in found.of_kind(OptionKind.SITE):
        assert (option.shape is not None) is is_drawn
    (present,) = found.of_kind(OptionKind.PRESENT)
    assert present.shape is not None  # the red lines are the bureau's own


def test_a_site_along_a_withheld_layer_is_not_drawn() -> None:
    offers = (replace(hand.offer(1), site=hand.site(1, release=Release.TABLE_ONLY)), hand.offer(2))
    first, second = hand.comparison(search=hand.search(suggestions=offers)).of_kind(OptionKind.SITE)
    assert first.shape is None
    assert hand.area_m2(second.shape) == pytest.approx(10_000.0)


def test_a_correction_along_a_withheld_layer_is_not_drawn() -> None:
    cut = replace(hand.repairs(Release.TABLE_ONLY)[0].repairs[0], resolves=())
    searches = (replace(hand.repairs()[0], repairs=(cut,)),)
    (option,) = hand.comparison(repairs=searches).of_kind(OptionKind.REPAIR)
    assert option.shape is None


def test_zones_that_may_not_be_drawn_are_named_and_not_there() -> None:
    hidden = gather(hand.material(farmland=Release.TABLE_ONLY)).backdrop
    assert [title.zh for title in hidden.withheld] == ["图层farmland"]
    assert (hidden.zones, hidden.pieces, hidden.has_withheld_pieces) == ((), (), True)
    shown = gather(hand.material()).backdrop
    assert [layer.role for layer in shown.zones] == ["farmland"]
    assert [hand.area_m2(piece.shape) for piece in shown.pieces] == [pytest.approx(2_000.0)]
    assert (shown.withheld, shown.has_withheld_pieces) == ((), False)


def test_internal_layers_mark_the_output() -> None:
    assert hand.comparison().origin.secrecy == NO_TEXT
    internal = gather(hand.material(parcels=Release.INTERNAL))
    assert internal.origin.secrecy.zh == "内部资料"


def test_without_a_site_the_nearest_parcel_stands_there_with_the_reason() -> None:
    empty = hand.search(
        suggestions=(), ranking=None, nearest=hand.nearest(), blocked_by=Text("面积", "area")
    )
    found = hand.comparison(search=empty)
    (near,) = found.of_kind(OptionKind.NEAREST)
    assert (near.why.en, near.score) == ("5,000 m² too small", None)
    assert not near.remains[0].is_rule
    assert {"there is no site to offer", "area"} <= {note.en for note in found.notes}


def test_the_nearest_parcel_is_no_alternative_where_there_is_a_site() -> None:
    found = hand.comparison(search=hand.search(nearest=hand.nearest()))
    assert found.of_kind(OptionKind.NEAREST) == ()


def test_a_linear_project_is_told_that_it_gets_no_parcels() -> None:
    project = replace(hand.material().project, form=Form.LINEAR)
    found = hand.comparison(project=project, search=hand.search(suggestions=(), ranking=None))
    assert any("no parcels" in note.en for note in found.notes)
    assert [option.kind for option in found.options] == [OptionKind.PRESENT, OptionKind.REPAIR]


def test_a_project_that_nobody_looks_for_says_so() -> None:
    found = hand.comparison(search=None, repairs=())
    notes = [note.en for note in found.notes]
    assert any("stage" in note for note in notes)
    assert [option.kind for option in found.options] == [OptionKind.PRESENT]


def test_why_there_is_no_correction_is_told_once() -> None:
    why = Text("无解", "no way")
    none = RepairSearch("R1", "P1", (), 0.0, 1.0, 0.0, 0.0, blocked_by=why, fewer_because=why)
    notes = [note.en for note in hand.comparison(repairs=(none,)).notes]
    assert notes.count("no way") == 1
    assert "there is no corrected red line" in notes
