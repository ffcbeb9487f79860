"""Papers as files: names, templates of the bureau, nothing replaced unasked, equal bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from siting.errors import ReadError, WriteError
from siting.papers import TEMPLATES, Material, write_papers, write_templates
from siting.papers.forms import own_template
from siting.papers.write import name_of

from .. import tiny_city
from ..compare import hand
from . import town
from .test_filling import PAYLOADS


@pytest.fixture(scope="module")
def city() -> Material:
    return town.material(searches=[hand.search()], repairs=hand.repairs())


def names(paths: Any, folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in paths)


def test_each_project_has_a_folder_with_its_papers(city: Material, tmp_path: Path) -> None:
    paths = write_papers(city, tmp_path)
    assert names(paths, tmp_path) == [
        "P1/合规性核查表-R1.docx",
        "P1/征求意见函-军分区.docx",
        "P1/征求意见函-园林局.docx",
        "P1/征求意见函-地铁公司.docx",
        "P1/选址建议-P1.docx",
    ]
    text = "\n".join(town.texts((tmp_path / "P1/合规性核查表-R1.docx").read_bytes()))
    for told in ("3,000.00", "0.3000 公顷", "4.50 亩", "the file is cut short", "军分区", "T-LATER",
                 "不得视为无冲突", city.identity, "经办人"):  # fmt: skip
        assert told in text, told


def test_equal_input_gives_equal_bytes(city: Material, tmp_path: Path) -> None:
    one = write_papers(city, tmp_path / "a")
    two = write_papers(town.material(searches=[hand.search()], repairs=hand.repairs()),
                       tmp_path / "b")  # fmt: skip
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_papers_that_are_there_are_not_replaced_unasked(city: Material, tmp_path: Path) -> None:
    first, *others = write_papers(city, tmp_path)
    for path in others:
        path.unlink()
    first.write_bytes(b"edited")
    with pytest.raises(WriteError):
        write_papers(city, tmp_path)
    assert first.read_bytes() == b"edited"
    assert not any(path.exists() for path in others)  # all or none
    write_papers(city, tmp_path, overwrite=True)
    assert first.read_bytes() != b"edited"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_own_templates_can_be_handed_in_again(
    city: Material, tmp_path: Path, language: str
) -> None:
    made = Material(city.subject, language)
    written = write_templates(tmp_path / "own", language=language)
    assert [path.name for path in written] == list(TEMPLATES)
    with pytest.raises(WriteError):
        write_templates(tmp_path / "own", language=language)
    plain = write_papers(made, tmp_path / "a")
    again = write_papers(made, tmp_path / "b", templates=tmp_path / "own")
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in again]


def test_a_bureau_s_own_template_is_used_and_siting_s_for_the_others(
    city: Material, tmp_path: Path
) -> None:
    paper = docx.Document()
    paper.add_paragraph("广州市某局 {{ office }} {{ matters | length }}")
    paper.save(str(tmp_path / "letter.docx"))
    paths = write_papers(city, tmp_path / "out", templates=tmp_path)
    letter = next(path for path in paths if "地铁公司" in path.name)
    assert "广州市某局 地铁公司 1" in town.texts(letter.read_bytes())
    sheet = next(path for path in paths if "核查表" in path.name)
    assert "合规性核查表" in town.texts(sheet.read_bytes())


def test_a_folder_without_any_template_is_refused(city: Material, tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        write_papers(city, tmp_path / "out", templates=tmp_path)
    assert "checklist.docx" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_template_that_fails_leaves_nothing_behind(city: Material, tmp_path: Path) -> None:
    paper = docx.Document()
    paper.add_paragraph("{{ offce }}")
    paper.save(str(tmp_path / "letter.docx"))
    with pytest.raises(ReadError, match="did you mean 'office'"):
        write_papers(city, tmp_path / "out", templates=tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text",
    ["../../evil", "/etc/passwd", "CON", "a\x00b", "", ".", "..", "x" * 300, "a\nb", "\u202etxet",
     "a:b", "甲\\乙", "trail. ", "\ud800", "con.txt", "nul"],
)  # fmt: skip
def test_no_name_leaves_its_folder_or_is_forbidden_on_any_system(text: str) -> None:
    name = name_of(text)
    assert name
    assert name not in {".", ".."}
    assert not re.search(r'[\x00-\x1f<>:"/\\|?*\u202e]', name)
    assert len(name) <= 60
    assert not re.match(r"(?i)(con|nul)(\.|$)", name)  # devices of Windows
    assert not name.endswith((".", " "))
    name.encode("utf-8")


def test_texts_that_differ_have_names_that_differ() -> None:
    many = [
        "a/b",
        "a:b",
        "ab",
        "a b",
        "a\\b",
        "x" * 300,
        "x" * 301,
        "",
        " ",
        "A",
        "示范局",
        "示范 局",
    ]
    assert len({name_of(text) for text in many}) == len(many)


def test_hostile_names_come_out_verbatim_in_every_paper(tmp_path: Path) -> None:
    all_of_them = " ¦ ".join((*PAYLOADS, "a\x00b"))
    project = replace(tiny_city.project(district="01"), name=all_of_them, use=all_of_them)
    hostile = town.material(name=all_of_them, project=project, searches=[hand.search()])
    papers = write_papers(hostile, tmp_path)
    assert len(papers) == 5
    for path in papers:
        text = "\n".join(town.texts(path.read_bytes()))
        for payload in (*PAYLOADS, "a\u2400b"):
            assert payload in text, path.name


def test_table_heads_repeat_rows_hold_together_and_columns_keep_their_width() -> None:
    for name in TEMPLATES:
        paper = docx.Document(io.BytesIO(own_template(name, "zh")))
        xml = paper.element.xml
        assert "w:tblHeader" in xml
        for table in paper.tables:
            assert table.autofit is False
            rows = [row for row in table.rows if "{%tr" not in row.cells[0].text]
            assert all("w:cantSplit" in row._tr.xml for row in rows)


def test_pages_are_a4_and_typefaces_are_named_for_chinese() -> None:
    for name in TEMPLATES:
        paper = docx.Document(io.BytesIO(own_template(name, "zh")))
        section = paper.sections[0]
        sides = {round(side.mm) for side in (section.page_width, section.page_height) if side}
        assert sides == {210, 297}
        assert 'w:eastAsia="方正小标宋简体"' in paper.styles.element.xml
        assert "PAGE" in section.footer._element.xml
    with zipfile.ZipFile(io.BytesIO(own_template("letter.docx", "zh"))) as archive:
        assert "方正小标宋_GBK" in archive.read("word/fontTable.xml").decode()


def test_a_row_longer_than_a_page_may_break_and_others_hold_together(tmp_path: Path) -> None:
    held, broken = 0, 0
    long = town.material(name="很长" * 1000)
    path = next(path for path in write_papers(long, tmp_path) if "核查表" in path.name)
    for table in docx.Document(str(path)).tables:
        for row in table.rows:
            is_long = any(len(cell.text) > 1000 for cell in row.cells)
            is_held = "w:cantSplit" in row._tr.xml
            assert is_held is not is_long
            held, broken = held + is_held, broken + is_long
    assert held > 5
    assert broken >= 1


def test_every_paper_has_the_form_that_word_asks_for(city: Material, tmp_path: Path) -> None:
    """Word calls a file damaged where a cell does not end with a paragraph, or a row is empty."""
    for path in write_papers(city, tmp_path):
        body = docx.Document(str(path)).element.body
        assert body[-1].tag == qn("w:sectPr")
        for cell in body.iter(qn("w:tc")):
            assert cell[-1].tag == qn("w:p")
        for row in body.iter(qn("w:tr")):
            assert row.find(qn("w:tc")) is not None
        for table in body.iter(qn("w:tbl")):
            assert table.find(qn("w:tr")) is not None
            # two tables without a paragraph between them become one
            following = table.getnext()
            assert following is None or following.tag != qn("w:tbl")
        assert not [text for text in body.itertext() if "{%" in text or "{{" in text]
