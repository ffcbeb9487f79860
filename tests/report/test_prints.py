"""What a report carries so that another can be compared with it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest

from siting.check.features import crosswalks_sha256
from siting.model import LoadStatus
from siting.model.prints import ID_PRINTS_AT_MOST, id_prints, ids_sha256
from siting.report import report_to_dict

from ..tiny_city import check, layer, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)
FARM = rect(1090, 1000, 1300, 1100)


def document(farm=None, **fields):
    farm = farm or layer("farmland", [FARM, rect(0, 0, 9, 9)], ids=["F1", "F2"], **fields)
    return report_to_dict(check([farm], [red_line(SQUARE)], [rule("overlap", role="farmland")]))


def test_prints_are_the_first_bytes_of_each_sha256_sorted() -> None:
    wanted = sorted(hashlib.sha256(name.encode()).digest()[:6] for name in ("F1", "F2"))
    assert base64.b64decode(id_prints(["F2", "F1"])) == b"".join(wanted)
    assert id_prints([]) == ids_sha256([]) == ""
    assert ids_sha256(["b", "a"]) == hashlib.sha256(b"a\nb").hexdigest()


def test_a_large_layer_gives_no_prints_but_its_hash() -> None:
    ids = [str(number) for number in range(ID_PRINTS_AT_MOST + 1)]
    assert id_prints(ids) == ""
    assert ids_sha256(ids)
    assert len(base64.b64decode(id_prints(ids[1:]))) == 6 * ID_PRINTS_AT_MOST


def test_only_layers_that_a_rule_needs_give_prints() -> None:
    (entry,) = document()["inputs"]
    assert len(base64.b64decode(entry["id_prints"])) == 12
    other = check([layer("farmland", [FARM])], [red_line(SQUARE)], [rule("rivals")])
    assert report_to_dict(other)["inputs"][0]["id_prints"] == ""
    failed = report_to_dict(
        check([layer("farmland", [], problem="torn")], [red_line(SQUARE)],
              [rule("overlap", role="farmland")])
    )["inputs"][0]  # fmt: skip
    assert (failed["status"], failed["ids_sha256"]) == (str(LoadStatus.FAILED), "")


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        (layer("farmland", [rect(0, 0, 9, 9), FARM], ids=["F2", "F1"]), True),
        (layer("farmland", [rect(1090, 1000, 1301, 1100)], ids=["F1"]), False),
        (layer("farmland", [FARM], ids=["F1"], columns={"kind": ["core"]}), False),
    ],
)
def test_the_hash_of_a_feature_follows_its_shape_and_columns(changed, is_same) -> None:
    (before,), (after,) = document()["findings"], document(changed)["findings"]
    assert before["feature_id"] == after["feature_id"] == "F1"
    assert (before["feature_sha256"] == after["feature_sha256"]) is is_same
    assert len(before["feature_sha256"]) == 64


def test_a_rival_is_hashed_as_well_and_a_finding_on_nothing_is_not() -> None:
    lines = [red_line(SQUARE, "R1"), red_line(FARM, "R2", project_id="P2", declared_area_m2=1.0)]
    found = report_to_dict(check([], lines, [rule("rivals"), rule("area")]))["findings"]
    prints = {finding["id"]: finding["feature_sha256"] for finding in found}
    assert len(prints["R1|T-RIVALS|redlines|R2"]) == 64
    assert prints["R2|T-AREA||"] == ""


def test_a_coverage_is_hashed_by_its_outline() -> None:
    (whole,) = document()["inputs"]
    (part,) = document(coverage=rect(0, 0, 2000, 4000))["inputs"]
    (none,) = document(coverage=None)["inputs"]
    assert whole["coverage_sha256"] != part["coverage_sha256"]
    assert (whole["coverage"], none["coverage_sha256"]) == (part["coverage"], "")


def test_red_lines_that_were_left_out_are_counted() -> None:
    from siting.check import check as run_check

    from ..tiny_city import AS_OF, atlas, book, city

    lines = [red_line(SQUARE, "R1"), red_line(FARM, "R2")]
    fields = {"city": city(), "as_of": AS_OF}
    part = run_check(atlas([], lines), book(rule("rivals")), red_lines=lines[:1], **fields)
    assert part.red_lines_left_out == 1
    foreign = [replace(lines[0], id="X", project_id="PX")]
    other = run_check(atlas([], lines), book(rule("rivals")), red_lines=foreign, **fields)
    assert other.red_lines_left_out == 2
    assert run_check(atlas([], lines), book(rule("rivals")), **fields).red_lines_left_out == 0


def test_crosswalks_are_hashed_in_any_order() -> None:
    one = {("a", "b"): {"1": "x", "2": "y"}, ("b", "c"): {}}
    other = {("b", "c"): {}, ("a", "b"): {"2": "y", "1": "x"}}
    assert crosswalks_sha256(one) == crosswalks_sha256(other)
    assert crosswalks_sha256(one) != crosswalks_sha256({("a", "b"): {"1": "x", "2": "z"}})
