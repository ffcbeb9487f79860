"""The page of ``siting check --to-docx``: a map, the findings, and what was not checked."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from docx.shared import Inches
from docxtpl import DocxTemplate, InlineImage, RichText

from siting.model import RedLineResult, Status
from siting.papers import words
from siting.papers.checklist import checklist, findings_of
from siting.papers.filling import filled
from siting.papers.forms import own_template
from siting.papers.material import Context, Material, head
from siting.papers.picture import RED, WIDTH_IN, Picture, picture
from siting.papers.result_form import RESULT_FILE

#: So many red lines have a page; a file of more is for the terminal, the page and --json.
MOST_LINES = 100


def result_page(material: Material) -> bytes:
    """Return one .docx for the red lines of a report, worst first; equal input, equal bytes.

    Parameters
    ----------
    material
        Of the whole city: the maps show what a page of the city may show.
    """
    results = material.subject.results[:MOST_LINES]
    drawn = [picture(material.subject, each, findings_of(material, each)) for each in results]
    context = {
        **head(material, words.RESULT, None),
        "note": _note(material),
        "lines": [_line(material, *pair) for pair in zip(results, drawn, strict=True)],
    }
    return filled(
        own_template(RESULT_FILE, material.language),
        context,
        name=RESULT_FILE,
        dated=material.report.as_of,
        pictures=lambda template: _placed(template, drawn),
    )


def _note(material: Material) -> str:
    """Return that there is nothing on the pages, or not all; empty where all of it is."""
    more = len(material.subject.results) - MOST_LINES
    if more > 0:
        return material.say(words.NOT_SHOWN).format(count=more, most=MOST_LINES)
    return "" if material.subject.results else material.say(words.NO_LINES)


def _line(material: Material, result: RedLineResult, drawn: Picture) -> Context:
    """Return what is told of one red line: the checklist's words, and what the map shows."""
    sheet = checklist(material, result)
    kept = ("red_line", "findings", "not_checked", "all_checked", "off_map", "project")
    open_rules = {row["code"] for row in sheet["not_checked"]}
    clear = [
        row["title"]
        for row in sheet["rules"]
        if row["verdict_code"] == Status.CLEAR.value and row["code"] not in open_rules
    ]
    return {
        **{key: sheet[key] for key in kept},
        "findings": [
            {**row, "no": str(drawn.numbers.get(row["id"], "–"))} for row in sheet["findings"]
        ],
        "zones": list(_legend(material, drawn)),
        "map_notes": list(_map_notes(material, drawn)),
        "clear_rules": material.names(clear),
    }


def _legend(material: Material, drawn: Picture) -> Iterator[Context]:
    yield {
        "mark": RichText("□ ", color=RED.removeprefix("#"), bold=True),
        "title": material.say(words.THE_RED_LINE),
    }
    for layer, look in drawn.zones:
        colour = look.colour.removeprefix("#")
        yield {"mark": RichText("■ ", color=colour), "title": material.say(layer.title)}


def _map_notes(material: Material, drawn: Picture) -> Iterator[str]:
    """Yield what the map does not show and why: an empty place on it is no free land."""
    if drawn.withheld:
        yield material.say(words.WITHHELD_PIECES).format(count=drawn.withheld)
    for text, layers in (
        (words.WITHHELD_LAYERS, drawn.left_out),
        (words.UNUSABLE_LAYERS, drawn.unusable),
    ):
        if layers:
            named = material.names([material.say(layer.title) for layer in layers])
            yield material.say(text).replace("{names}", named)


def _placed(template: DocxTemplate, drawn: Sequence[Picture]) -> Mapping[str, list[InlineImage]]:
    return {
        "maps": [
            InlineImage(template, io.BytesIO(each.png), width=Inches(WIDTH_IN)) for each in drawn
        ]
    }
