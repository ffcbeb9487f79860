"""Templates: what is filled in is verbatim, what is wrong with one is said, equal bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from siting.errors import ReadError
from siting.papers.filling import filled, read_template

from . import town

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DAY = dt.date(2026, 11, 1)
PAYLOADS = (
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{7*7}}", "{% raw %}", "{{ self }}",
    "{_{7*7}_}", "{_% x %_}", "]]></w:t></w:r></w:p>", "\u202etxet", "a\u2028b", "&lt;b&gt; &#65;",
    "${x} `y` \\n", "{#comment#}", "'\"", "龘滘塱𡒊", "w" * 3000,
)  # fmt: skip


def template(*paragraphs: str, footer: str = "") -> bytes:
    paper = docx.Document()
    for text in paragraphs:
        paper.add_paragraph(text)
    paper.sections[0].footer.paragraphs[0].add_run(footer)
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def fill(made: bytes, **context: Any) -> bytes:
    return filled(made, context, name="own.docx", dated=DAY)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts_come_out_verbatim(payload: str) -> None:
    tags = ("[{{ x }}]", "{%p for y in ys %}", "[{{ y.z | upper }}]", "{%p endfor %}",
            "[{{ (x, x) | join('~') }}]", "[{{ x | e }}]")  # fmt: skip
    made = fill(template(*tags, footer="[{{ x }}]"), x=payload, ys=[{"z": payload}])
    seen = town.texts(made)
    ended = payload + ("\u202c" if "\u202e" in payload else "")
    assert seen.count(f"[{ended}]") == (3 if ended.upper() != ended else 4)
    assert f"[{ended}~{ended}]" in seen
    assert f"[{ended.upper()}]" in seen


def test_control_characters_are_seen_and_breaks_are_breaks() -> None:
    seen = town.texts(fill(template("[{{ x }}]"), x="a\x00b\x07c\ud800d\x0ce\nf\tg"))
    assert "[a\u2400b\u2407c\ufffdd\u240ce\nf\tg]" in seen


def test_equal_input_gives_equal_bytes_without_a_clock() -> None:
    made = template("{{ x }}")
    one, two = fill(made, x="a"), fill(made, x="a")
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = docx.Document(io.BytesIO(one)).core_properties
    assert properties.modified is not None
    assert properties.modified.date() == DAY


def test_an_unknown_name_is_told_with_file_and_nearest_name() -> None:
    made = template("{{ project.nam }}")
    with pytest.raises(ReadError) as caught:
        fill(made, project={"name": "x"})
    text = str(caught.value)
    assert "own.docx" in text
    assert "'nam'" in text
    assert "did you mean 'name'?" in text


@pytest.mark.parametrize(
    ("tags", "part"),
    [
        (("{% if x %}",), "endif"),
        (("{{ x ",), "unexpected"),
        (("{%p for y in ys %}", "a"), "endfor"),
        (("{{ x + 1 }}",), "TypeError"),
        (("{{ 1 / 0 }}",), "ZeroDivisionError"),
        (("{{ x.__class__.__mro__ }}",), ""),
        (("{{ ''.__class__ }}",), ""),
        (("{{ x | nofilter }}",), "nofilter"),
        (("{% for i in range(10**9) %}{% endfor %}",), ""),
    ],
)
def test_a_broken_template_is_an_error_with_a_next_step(tags: tuple[str, ...], part: str) -> None:
    with pytest.raises(ReadError) as caught:
        fill(template(*tags), x="a", ys=[])
    text = str(caught.value)
    assert "own.docx" in text
    assert part in text
    assert "next step" in text


def test_a_template_that_makes_no_xml_is_refused_and_not_mended_in_silence() -> None:
    paper = docx.Document()
    table = paper.add_table(rows=1, cols=2)
    # a row tag in one cell swallows the row, a closing one that stands in a paragraph does not
    table.rows[0].cells[0].text = "{%tr if x %}"
    paper.add_paragraph("kept {%tr endif %}")
    content = io.BytesIO()
    paper.save(content)
    with pytest.raises(ReadError):
        fill(content.getvalue(), x="a")


def test_what_is_no_word_file_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "a")
    for made in (b"", b"plain text", content.getvalue()):
        with pytest.raises(ReadError) as caught:
            fill(made)
        assert "no Word file" in str(caught.value)


def test_document_types_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template("a"))) as source,
        zipfile.ZipFile(content, "w") as archive,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:document", b"<!DOCTYPE x><w:document", 1)
            archive.writestr(name, part)
    with pytest.raises(ReadError, match="DOCTYPE"):
        fill(content.getvalue())
    monkeypatch.setattr("siting.papers.filling.MOST_TEMPLATE_BYTES", 1_000)
    with pytest.raises(ReadError, match="bytes unpacked"):
        fill(template("a"))


def test_a_paper_does_not_say_who_saved_the_template_nor_where() -> None:
    paper = docx.Document()
    paper.core_properties.last_modified_by = "zhangsan"
    parts = {str(part.partname): part for part in paper.part.package.iter_parts()}
    key = parts["/word/settings.xml"].relate_to(
        "file:///C:/Users/zhangsan/a.dotm", f"{OFFICE}/attachedTemplate", is_external=True
    )
    mark = OxmlElement("w:attachedTemplate")
    mark.set(qn("r:id"), key)
    paper.settings.element.append(mark)
    content = io.BytesIO()
    paper.save(content)
    made = fill(content.getvalue())
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            assert b"zhangsan" not in archive.read(name), name
        assert b"attachedTemplate" not in archive.read("word/settings.xml")


def test_a_linked_picture_is_refused_and_a_link_to_click_is_not() -> None:
    for kind, is_fine in (("image", False), ("hyperlink", True)):
        paper = docx.Document()
        paper.part.relate_to("http://example.org/x", f"{OFFICE}/{kind}", is_external=True)
        content = io.BytesIO()
        paper.save(content)
        if is_fine:
            assert fill(content.getvalue())
            continue
        with pytest.raises(ReadError, match="a link"):
            fill(content.getvalue())


def test_properties_of_a_template_are_filled_in_as_plain_text() -> None:
    paper = docx.Document()
    paper.core_properties.title = "{{ x }}"
    content = io.BytesIO()
    paper.save(content)
    made = fill(content.getvalue(), x="<b>&" + "w" * 400)
    title = docx.Document(io.BytesIO(made)).core_properties.title
    assert title == ("<b>&" + "w" * 400)[:255]


def test_a_template_that_is_not_there_is_none(tmp_path: Any) -> None:
    assert read_template(tmp_path, "letter.docx") is None
    (tmp_path / "letter.docx").mkdir()
    with pytest.raises(ReadError):
        read_template(tmp_path, "letter.docx")
