"""The page of a check: a map that shows what may be shown, and a table of all that was found."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from siting.model import LoadStatus, Refusal, Release
from siting.papers.checklist import findings_of
from siting.papers.material import Material
from siting.papers.picture import HEIGHT_IN, WIDTH_IN, Picture, picture
from siting.papers.result import result_page

from .. import tiny_city
from . import town


def drawn(material: Material) -> Picture:
    (result,) = material.subject.results
    return picture(material.subject, result, findings_of(material, result))


def pixels(found: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(found.png)).convert("RGB"))


def test_pieces_bear_the_numbers_of_the_table() -> None:
    public = town.material()
    found = drawn(public)
    (result,) = public.subject.results
    order = [finding.id for finding in findings_of(public, result)]
    assert [order.index(name) + 1 for name in found.numbers] == list(found.numbers.values())
    assert len(found.numbers) == 3
    assert found.withheld == 0
    assert [layer.name for layer, _ in found.zones] == ["farmland"]
    assert [layer.name for layer in found.unusable] == ["green_line"]


def test_of_a_layer_that_may_not_be_drawn_no_pixel_is() -> None:
    public, withheld = drawn(town.material()), drawn(town.material(farmland=Release.TABLE_ONLY))
    assert withheld.withheld == 2
    assert [layer.name for layer in withheld.left_out] == ["farmland"]
    assert not withheld.zones
    # the very bytes of the map of a town whose farmland was never loaded
    away = town.material()
    atlas = away.subject.atlas
    layers = tuple(
        replace(each, frame=None, contract=replace(each.contract, status=LoadStatus.FAILED))
        if each.name == "farmland"
        else each
        for each in atlas.layers
    )
    pieces = tuple(
        replace(each, geometry=None) if each.layer == "farmland" else each
        for each in away.report.findings
    )
    bare = replace(
        away.subject,
        report=replace(away.report, findings=pieces),
        atlas=replace(atlas, layers=layers),
    )
    assert drawn(Material(bare, "zh")).png == withheld.png
    assert public.png != withheld.png


def test_the_map_is_true_to_scale() -> None:
    """The red line is 100 m wide: half the picture's height is 100 m."""
    image = pixels(drawn(town.material()))
    red = (image == np.array([0xC1, 0x12, 0x1F])).all(axis=2)
    columns, rows = np.flatnonzero(red.any(axis=0)), np.flatnonzero(red.any(axis=1))
    height = columns[-1] - columns[0], rows[-1] - rows[0]
    expected = image.shape[0] / 2
    assert abs(height[0] - expected) < 8  # the width of the line
    assert abs(height[1] - expected) < 8
    assert image.shape[1] / image.shape[0] == pytest.approx(WIDTH_IN / HEIGHT_IN)


def test_the_page_tells_findings_gaps_and_what_the_map_leaves_out() -> None:
    made = result_page(town.material(farmland=Release.TABLE_ONLY))
    text = "\n".join(town.texts(made))
    for told in ("R1", "3,000.00", "2,000.00", "西田", "the file is cut short", "不得视为无冲突",
                 "不得绘制", "图层farmland", "未能读入", "军事", "内部资料"):  # fmt: skip
        assert told in text, told
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert len(pictures) == 1


def test_equal_checks_give_equal_bytes() -> None:
    assert result_page(town.material()) == result_page(town.material())


def test_a_page_holds_so_many_red_lines_and_says_how_many_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siting.papers.result.MOST_LINES", 1)
    clear = tiny_city.red_line(tiny_city.rect(500, 500, 600, 600), "R2")
    made = town.material(lines=[clear, tiny_city.red_line(town.PRESENT)])
    text = "\n".join(town.texts(result_page(made)))
    assert "3,000.00" in text  # the worst one
    assert "另有 1 条红线已核查，未列入本页" in text


def test_red_lines_that_were_refused_are_named_and_none_is_not_clear() -> None:
    found = town.material(lines=[])
    refusal = Refusal(3, "甲-3", "the outline has no area")
    bare = replace(found.subject, report=replace(found.report, refused_red_lines=(refusal,)))
    text = "\n".join(town.texts(result_page(Material(bare, "zh"))))
    assert "甲-3 (the outline has no area)" in text
    assert "未作任何核查" in text


def test_odd_outlines_are_drawn_all_the_same() -> None:
    bowtie = "POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))"
    near = "(1000 1000, 1010 1000, 1010 1010, 1000 1000)"
    far = "(3000 3000, 3010 3000, 3010 3010, 3000 3000)"
    for outline in (bowtie, f"MULTIPOLYGON (({near}), ({far}))"):
        made = town.material(lines=[tiny_city.red_line(tiny_city.place(outline))])
        assert result_page(made).startswith(b"PK")
