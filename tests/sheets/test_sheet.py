"""What stands on the sheets, read back from the PDF by another engine (PDFium)."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import shapely

from siting.model import Release
from siting.sheets import SheetOptions, write_sheets
from siting.sheets.fonts import face_for
from siting.sheets.gather import content_of, subject_of
from siting.sheets.page import draw_sheet
from siting.sheets.paper import settings
from siting.sheets.write import sheet_bytes, stationery_for, texts_of

from .reading import (
    MM_PER_POINT,
    Page,
    flat,
    read_pages,
    require_apart,
    require_within_page,
)

CODES = ("449902", "449903")


def test_every_page_is_a3_across(sheets: dict[str, list[Page]]):
    assert set(sheets) == {"city", *CODES}
    for pages in sheets.values():
        assert all(page.size == pytest.approx((420, 297), abs=0.01) for page in pages)


@pytest.mark.parametrize("stem", ["city", "449903"])
def test_the_scale_is_true(sheets: dict[str, list[Page]], stem: str):
    page = sheets[stem][0]
    (said,) = re.findall(r"1:(\d[\d ]*\d)", page.text)
    denominator = int(said.replace(" ", ""))
    # figures of the grid below the map, centred on their lines: Gauss-Krüger metres
    eastings = {
        int(text): (box[0] + box[2]) / 2
        for text in set(re.findall(r"\b4\d{5}\b", page.text))
        for box in page.boxes_of(text)
        if box[1] < 31
    }
    assert len(eastings) >= 3
    low, high = min(eastings), max(eastings)
    measured_mm = eastings[high] - eastings[low]
    assert measured_mm == pytest.approx((high - low) * 1000 / denominator, abs=0.25)
    assert denominator % 500 == 0


def test_the_scale_bar_is_as_long_as_it_says(sheets: dict[str, list[Page]]):
    page = sheets["city"][0]
    (said,) = re.findall(r"1:(\d[\d ]*\d)", page.text)
    boxes = [(box, unit) for unit in ("2 km", "1 km") for box in page.boxes_of(unit)]
    middles = {unit: (box[0] + box[2]) / 2 for box, unit in boxes}
    denominator = int(said.replace(" ", ""))
    assert middles["2 km"] - middles["1 km"] == pytest.approx(1e6 / denominator, abs=0.3)


def test_every_project_is_in_the_table_with_number_name_and_areas(
    sheets: dict[str, list[Page]], made
):
    report = made[0]
    said = flat("".join(page.text for page in sheets["city"]))
    for project in report.projects:
        assert flat(project.name) in said, project.id
        assert project.id in said
    for result in report.results:
        assert f"{result.area_m2:,.2f}"[:-1] in said  # the last digit may follow the column's sum
    assert len(sheets["city"]) > 1  # 45 projects do not fit beside the map


def test_a_column_of_areas_adds_up(subject):
    content = content_of(subject)
    for place in range(3):
        cells = [row.areas[place] for row in content.rows if row.area_m2 is not None]
        total = sum(round(float(cell.replace(",", "")) * 1e4) for cell in cells)
        assert total == round(float(content.totals[place].replace(",", "")) * 1e4)
    expected = sum(row.area_m2 for row in content.rows if row.area_m2 is not None)
    assert float(content.totals[0].replace(",", "")) == pytest.approx(expected, abs=0.005)


def test_a_sheet_says_what_it_rests_on_and_what_is_unknown(sheets: dict[str, list[Page]]):
    said = flat(sheets["city"][0].text)
    for wanted in (
        "规划选址（红线）建议图", "示范市", "内部资料", "示意，不作为法定依据",
        "EPSG:4547", "2026-03-01", "cn2026.1",
        "未载入，未查：地质灾害易发区", "按release不予绘出：生态保护红线、饮用水水源保护区",
        "未查不等于无冲突", "图例", "北",
    ):  # fmt: skip
        assert wanted in said, wanted


@pytest.mark.parametrize("stem", ["city", *CODES])
def test_no_text_leaves_its_page(sheets: dict[str, list[Page]], stem: str):
    require_within_page(sheets[stem])


@pytest.mark.parametrize("stem", ["city", *CODES])
def test_no_character_is_printed_on_another(sheets: dict[str, list[Page]], stem: str):
    require_apart(sheets[stem])


@pytest.mark.parametrize("code", ["", "449903"])
def test_labels_lie_in_the_frame_and_on_none_other(subject, code: str):
    scope = subject_of(subject, code) if code else subject
    content = content_of(scope)
    with settings(), stationery_for(face_for(texts_of(content)), None) as stationery:
        sheet = draw_sheet(content, stationery)
    labels = sheet.drawn.labels
    boxes = [rect.box for _, rect in labels]
    assert all(sheet.view.frame.box.covers(box) for box in boxes)
    assert not any(a.intersects(b) for a, b in itertools.combinations(boxes, 2))
    seen = {name for name, _ in labels}
    ground = sheet.view.ground
    assert {str(m.number) for m in content.picture.lines if m.shape.intersects(ground)} <= seen


def test_labels_outside_of_the_district_are_not_under_the_mask(
    subject, sheet_files: dict[str, Path]
):
    """Each number's own colour is there, at full strength, where the label is."""
    scope = subject_of(subject, "449903")
    content = content_of(scope)
    with settings(), stationery_for(face_for(texts_of(content)), None) as stationery:
        sheet = draw_sheet(content, stationery)
    dots = 12.0  # per mm
    with pdfium.PdfDocument(sheet_files["449903"]) as document:
        picture = document[0].render(scale=dots * MM_PER_POINT).to_numpy()
    outcome = {str(mark.number): mark.outcome for mark in content.picture.lines}
    colours = {"conflict": (0xA5, 0x14, 0x1C), "clear": (0, 0x69, 0x4E), "review": (0x9A, 0x5B, 0)}
    looked_at = 0
    for name, rect in sheet.drawn.labels:
        wanted = colours.get(outcome.get(name, ""))
        if wanted is None:
            continue
        top, bottom = int((297 - rect.top) * dots), int((297 - rect.bottom) * dots)
        part = picture[top:bottom, int(rect.left * dots) : int(rect.right * dots), :3]
        strongest = abs(part.astype(int) - wanted[::-1]).sum(axis=2).min()  # BGR
        assert strongest < 30, name
        looked_at += 1
    assert looked_at >= 3


def test_a_districts_sheet_names_no_other_district(sheets: dict[str, list[Page]], made):
    names = list(made[2].districts["feature_name"])
    said = flat("".join(page.text for page in sheets["449902"]))
    assert names[1] in said
    for result in made[0].results:  # red lines that lie wholly elsewhere
        area = made[2].districts.geometry.iloc[1]
        if not result.red_line.geometry.intersects(area):
            assert result.red_line.id not in said


def test_features_of_a_layer_for_tables_only_are_not_drawn(subject):
    content = content_of(subject)
    assert "eco_redline" not in {layer.role for layer in content.picture.layers}
    assert "water_source" not in {layer.role for layer in content.picture.layers}
    looks = {piece.look.hatch for piece in content.picture.pieces}
    eco = [f for f in subject.findings if f.layer == "eco"]
    assert eco
    marked = {line.number for line in content.picture.lines if line.is_withheld}
    numbers = {row.id: row.number for row in content.rows}
    assert {numbers[finding.red_line_id] for finding in eco} <= marked
    assert subject.looks["eco_redline"].hatch not in looks
    district = content_of(subject_of(subject, "449902"))
    assert "water_source" in {layer.role for layer in district.picture.layers}


def test_fonts_are_embedded_as_truetype_and_no_drawing_of_letters(sheet_files: dict[str, Path]):
    content = sheet_files["city"].read_bytes()
    assert b"/FontFile2" in content
    assert b"/Type3" not in content
    assert b"CreationDate" not in content


def test_a_sheet_made_alone_is_the_same_to_the_byte(
    made, sheet_files: dict[str, Path], tmp_path: Path
):
    report, searches, atlas, city = made
    alone = SheetOptions(districts=("449902",))
    (again,) = write_sheets(report, searches, atlas, city=city, folder=tmp_path, options=alone)
    assert again.read_bytes() == sheet_files["449902"].read_bytes()


def test_where_outlines_of_districts_are_not_released_no_mask_shows_them(subject, made):
    districts = made[2].districts
    source = made[2].layers[0]
    layer = dataclasses.replace(
        source, name="districts", role="district", frame=districts, release=Release.TABLE_ONLY
    )
    atlas = dataclasses.replace(made[2], layers=(*made[2].layers, layer))
    hidden = dataclasses.replace(subject_of(subject, "449902"), atlas=atlas)
    picture = content_of(hidden).picture
    assert picture.area is None
    assert picture.borders is None
    assert picture.places == ()
    assert content_of(subject_of(subject, "449902")).picture.area is not None


def draw(content):
    with settings(), stationery_for(face_for(texts_of(content)), None) as stationery:
        return draw_sheet(content, stationery), sheet_bytes(content, stationery)


def read_bytes(content: bytes, folder: Path) -> list[Page]:
    (folder / "sheet.pdf").write_bytes(content)
    return read_pages(folder / "sheet.pdf")


@pytest.mark.slow
def test_a_row_that_is_higher_than_a_page_is_divided_and_not_cut(subject, tmp_path: Path):
    content = content_of(subject)
    name = "".join(f"第{n}段长名称" for n in range(2_000))
    rows = (dataclasses.replace(content.rows[0], name=name), *content.rows[1:4])
    sheet, pdf = draw(dataclasses.replace(content, rows=rows))
    assert len(sheet.pages) > 3
    said = flat("".join(page.text for page in read_bytes(pdf, tmp_path)))
    assert said.count("段") >= 2_000
    torn = [n for n in range(2_000) if f"第{n}段" not in said]
    assert len(torn) < len(sheet.pages)  # at most the one at each break
    assert "合计" in said


@pytest.mark.slow
def test_many_warnings_and_layers_go_on_to_further_pages(subject, tmp_path: Path):
    content = content_of(subject)
    warnings = tuple(f"第{n}层未载入，未查：某某控制线（试行）" for n in range(150))
    layer = next(layer for layer in content.picture.layers if not layer.is_base)
    layers = tuple(dataclasses.replace(layer, title=f"图层{n}号") for n in range(120))
    picture = dataclasses.replace(content.picture, layers=layers)
    _, pdf = draw(dataclasses.replace(content, warnings=warnings, picture=picture))
    pages = read_bytes(pdf, tmp_path)
    said = flat("".join(page.text for page in pages))
    assert all(f"第{n}层未载入" in said for n in range(150))
    assert all(f"图层{n}号" in said for n in range(120))
    assert "共150条，见后页" in flat(pages[0].text)
    for page in pages:
        assert all(box[1] >= 8.5 for char, box in page.characters if char.strip())


def test_a_city_without_projects_says_so(subject):
    content = dataclasses.replace(content_of(subject), rows=(), totals=("0", "0", "0"))
    picture = dataclasses.replace(content.picture, lines=(), pieces=(), sites=())
    sheet, _ = draw(dataclasses.replace(content, picture=picture))
    assert len(sheet.pages) == 1


def test_of_a_crowd_the_worst_are_numbered_and_the_rest_is_counted(subject):
    picture = content_of(subject).picture
    west, south, east, north = picture.extent
    lines = []
    for n in range(441):  # 21 × 21 over a third of the extent
        at = [low + (high - low) * (1 + (k / 20)) / 3 for low, high, k in
              ((west, east, n % 21), (south, north, n // 21))]  # fmt: skip
        shape = shapely.Point(at).buffer(20, quad_segs=2)
        lines.append(dataclasses.replace(picture.lines[0], number=n + 1, shape=shape))
    crowded = dataclasses.replace(picture, lines=tuple(lines), pieces=(), sites=(), layers=())
    content = dataclasses.replace(content_of(subject), rows=(), picture=crowded)
    with settings(), stationery_for(face_for(texts_of(content)), None) as stationery:
        drawn = draw_sheet(content, stationery).drawn
    numbered = {int(name) for name, _ in drawn.labels if name.isdigit()}
    assert {1, 2, 3} <= numbered
    assert len(numbered) + drawn.unnumbered_lines == 441
    assert drawn.unnumbered_lines > 0
