"""Whatever people write into names comes out as they wrote it, and nothing of it runs."""

from __future__ import annotations

import dataclasses
import io
import struct
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import Image

from siting.errors import ConfigError, ReadError
from siting.model import Text
from siting.sheets import SheetOptions, write_report_pdf, write_sheets
from siting.sheets.logos import read_logo

from .reading import flat, read_pages

IMAGE = pdfium_c.FPDF_PAGEOBJ_IMAGE
#: Markup of typst, mathematics of matplotlib, HTML, formulas, Jinja, right to left, no break.
PAYLOADS = (
    '#read("/etc/passwd")',
    '$x^2$ #eval("1+1") *b* _i_ @ref <label> `c` // no comment',
    "<script>alert(1)</script>&amp;",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }} {% raw %} ${HOME} \\\\u0041 \\frac{1}{2}",
    "שלום עולם",
    "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
)


@pytest.fixture(scope="module")
def hostile(made) -> tuple:
    """Each payload as the name, stage and feature of a project of its own."""
    report, searches, atlas, city = made
    texts = {
        result.red_line.project_id: PAYLOADS[n % len(PAYLOADS)]
        for n, result in enumerate(report.results)
    }
    projects = tuple(
        dataclasses.replace(p, name=texts.get(p.id, p.name), stage=texts.get(p.id, ""))
        for p in report.projects
    )
    findings = tuple(
        dataclasses.replace(f, feature_name=texts[f.project_id]) for f in report.findings
    )
    return dataclasses.replace(report, projects=projects, findings=findings), searches, atlas, city


def test_sheets_show_each_payload_as_it_was_written(hostile: tuple, tmp_path: Path):
    report, searches, atlas, city = hostile
    options = SheetOptions(has_all_districts=False, title=PAYLOADS[1])
    (path,) = write_sheets(report, searches, atlas, city=city, folder=tmp_path, options=options)
    said = flat("".join(page.text for page in read_pages(path)))
    assert "root:" not in said
    for payload in PAYLOADS:
        if payload.isascii():
            assert flat(payload) in said, payload
    assert set("שלםע") <= set(said)


def test_the_report_shows_each_payload_as_it_was_written(hostile: tuple, tmp_path: Path):
    report, searches, atlas, city = hostile
    ids = [result.red_line.project_id for result in report.results][: len(PAYLOADS)]
    options = SheetOptions(projects=tuple(ids), has_all_districts=False, title=PAYLOADS[0])
    (path,) = write_report_pdf(report, searches, atlas, city=city, folder=tmp_path, options=options)
    pages = read_pages(path)
    said = flat("".join(page.text for page in pages))
    assert "root:" not in said
    for payload in PAYLOADS:
        if payload.isascii():
            assert flat(payload) in said, payload
    assert set("שלםע") <= set(said)
    for page in pages:  # a word longer than its line is broken, not cut
        assert all(box[2] < 210 - 17 for char, box in page.characters if char.strip())


def test_a_district_that_is_not_there_is_refused_with_those_that_are(made, tmp_path: Path):
    report, searches, atlas, city = made
    options = SheetOptions(districts=("449920",))
    with pytest.raises(ConfigError, match="449902"):
        write_sheets(report, searches, atlas, city=city, folder=tmp_path, options=options)
    assert not list(tmp_path.iterdir())


def test_names_of_city_district_and_layers_come_out_as_they_were_written(made, tmp_path: Path):
    report, searches, atlas, city = made
    places = atlas.districts.assign(feature_name=[PAYLOADS[n] for n in range(5)])
    layers = tuple(
        dataclasses.replace(layer, title=Text(PAYLOADS[n % 5]))
        for n, layer in enumerate(atlas.layers)
    )
    changed = dataclasses.replace(atlas, districts=places, layers=layers)
    town = dataclasses.replace(city, name=Text(PAYLOADS[1]), secrecy_mark=PAYLOADS[2])
    options = SheetOptions(districts=("449901",))
    for write in (write_sheets, write_report_pdf):
        (path,) = write(
            report, searches, changed, city=town, folder=tmp_path / write.__name__, options=options
        )
        said = flat("".join(page.text for page in read_pages(path)))
        for wanted in (PAYLOADS[0], PAYLOADS[1], PAYLOADS[2]):
            assert flat(wanted) in said, (write.__name__, wanted)
        assert "root:" not in said


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_logo_is_a_picture_of_the_first_page(made, tmp_path: Path, kind: str):
    report, searches, atlas, city = made
    logo = tmp_path / f"logo.{kind}"
    Image.new("RGB", (120, 40), (20, 60, 120)).save(logo)
    one = (report.results[0].red_line.project_id,)
    options = SheetOptions(districts=("449901",), projects=one, logo=logo)
    for write in (write_sheets, write_report_pdf):
        (path,) = write(
            report, searches, atlas, city=city, folder=tmp_path / write.__name__, options=options
        )
        with pdfium.PdfDocument(path) as document:
            pictures = [o for o in document[0].get_objects() if o.type == IMAGE]
            assert len(pictures) == 1
            west, south, east, north = pictures[0].get_bounds()
            assert (east - west) / (north - south) == pytest.approx(3.0, rel=0.02)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has no pixel."""
    stream = io.BytesIO()
    Image.new("1", (8, 8)).save(stream, "PNG")
    head = b"IHDR" + struct.pack(">II", width, height) + stream.getvalue()[24:29]
    return (
        stream.getvalue()[:12] + head + struct.pack(">I", zlib.crc32(head))
        + stream.getvalue()[33:]
    )  # fmt: skip


@pytest.mark.parametrize("size", [(6_000, 6_000), (12_000, 9_000), (60_000, 60_000)])
def test_a_logo_of_far_too_many_pixels_is_refused_unpacked(tmp_path: Path, size: tuple[int, int]):
    logo = tmp_path / "logo.png"
    logo.write_bytes(png_of(*size))
    with pytest.raises(ReadError, match="million pixels"):
        read_logo(logo)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_that_is_cut_short_is_refused(tmp_path: Path, kind: str):
    stream = io.BytesIO()
    Image.effect_noise((90, 90), 50).save(stream, kind)
    logo = tmp_path / "logo"
    logo.write_bytes(stream.getvalue()[: len(stream.getvalue()) // 2])
    with pytest.raises(ReadError, match="a whole PNG or JPEG"):
        read_logo(logo)


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a"])
def test_a_logo_that_is_no_png_or_jpeg_is_refused(made, tmp_path: Path, content: bytes):
    report, searches, atlas, city = made
    logo = tmp_path / "logo.png"
    logo.write_bytes(content)
    for write in (write_sheets, write_report_pdf):
        with pytest.raises(ReadError, match="PNG or JPEG"):
            write(
                report, searches, atlas, city=city, folder=tmp_path,
                options=SheetOptions(logo=logo),
            )  # fmt: skip


def test_a_sheet_never_leaves_its_folder_by_a_link(made, tmp_path: Path):
    report, searches, atlas, city = made
    outside = tmp_path / "outside.pdf"
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "449902.pdf").symlink_to(outside)
    options = SheetOptions(districts=("449902",))
    with pytest.raises(Exception, match="outside of the output folder"):
        write_sheets(report, searches, atlas, city=city, folder=folder, options=options)
    assert not outside.exists()
