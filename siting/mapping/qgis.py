"""How the tables of a package look in QGIS: the colours, hatches and dashes of the page.

Every kind of row has its entry in the legend, also *not checked*; a row of no known kind is
drawn in a colour that nobody overlooks, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import shapely

from siting.mapping.qml import Category, Labels, Pen, Style, Symbol, qml, quoted
from siting.mapping.styles import OUTCOME_LOOKS, REPAIR_COLOUR, SITE_COLOUR, SITE_FILL
from siting.mapping.subject import Subject
from siting.model import Severity, Text
from siting.report.wording import OUTCOMES
from siting.save import LayerStyle

if TYPE_CHECKING:
    import geopandas as gpd

#: Names of styles by kind of geometry.
_NAMES = {"fill": "siting", "line": "siting-lines"}
_ABOUT = Text("与地图同色同纹", "colours and hatches of the map")
_INCOMPLETE = Text("，且未查全", ", and incomplete")
_OTHER = Text("其他（图例未列）", "other (not in the legend)")
_SITE = Text("备选地块", "suggested site")
_MUST_ACQUIRE = Text("备选地块（须先征收）", "suggested site (to be acquired first)")
_ACQUISITION_UNKNOWN = Text("备选地块（是否须征收未知）", "suggested site (acquisition unknown)")
_REPAIR = Text("修正红线", "corrected red line")
_PLANNED = Text("计划选址", "planned site")
_PLANNED_LATER = Text("计划选址（须先征收）", "planned site (to be acquired first)")
_PLANNED_UNKNOWN = Text("计划选址（是否须征收未知）", "planned site (acquisition unknown)")
#: What is not in the legend: nobody takes it for anything else.
_REST = Symbol((Pen("#ff00ff", 3.0),), "#ff00ff", 0.25, "cross")
#: Over the outline of a red line that was not checked by every rule.
_DOTTED = Pen("#ffffff", 1.0, (2, 4))
#: Between the parts of a value that two columns make.
_AND = "|"
_LABEL_COLOUR = "#222222"


def package_styles(
    tables: Mapping[str, gpd.GeoDataFrame],
    titles: Mapping[str, Mapping[str, str]],
    *,
    subject: Subject,
) -> dict[str, list[LayerStyle]]:
    """Return the styles of each table of a package, the default first.

    One of areas; a table of lines has one of lines, and one with both has that beside it, to be
    chosen by hand: QGIS takes one default per table, and it fits one kind of geometry.

    Parameters
    ----------
    tables
        ``redlines``, ``findings``, ``suggestions`` and, where there are any, ``repairs`` and
        ``plan``, as they are handed over.
    titles
        Title of each column by name of the table and the column.
    subject
        For the looks of the rules, as the page of the same rows has them, and the language.
    """
    makers = {
        "redlines": _red_lines,
        "findings": _findings,
        "suggestions": _suggestions,
        "repairs": _repairs,
        "plan": _plan,
    }
    language = subject.city.language
    made = {name: makers[name](table, titles[name], subject) for name, table in tables.items()}
    return {
        name: [
            LayerStyle(_NAMES[kind], qml(style, kind=kind), _ABOUT.get(language))
            for kind in _kinds_of(tables[name])
        ]
        for name, style in made.items()
    }


def _kinds_of(table: gpd.GeoDataFrame) -> tuple[str, ...]:
    dimensions = shapely.get_dimensions(table.geometry.to_numpy())
    if 1 not in dimensions:
        return ("fill",)
    return ("fill", "line") if 2 in dimensions else ("line",)


def _rest(language: str) -> Category:
    return Category("", _OTHER.get(language), _REST)


def _red_lines(_: gpd.GeoDataFrame, titles: Mapping[str, str], subject: Subject) -> Style:
    language = subject.city.language
    categories = []
    for outcome, look in OUTCOME_LOOKS.items():
        pen = Pen(look.colour, 2.2, look.dash)
        label = OUTCOMES[outcome].get(language)
        whole = Symbol((pen,), look.fill, 0.16)
        if outcome != "incomplete":
            categories.append(Category(f"{outcome}{_AND}0", label, whole))
        marked = whole if outcome == "incomplete" else Symbol((pen, _DOTTED), look.fill, 0.16)
        more = "" if outcome == "incomplete" else _INCOMPLETE.get(language)
        categories.append(Category(f"{outcome}{_AND}1", label + more, marked))
    return Style(
        attribute=f'"outcome" || {quoted(_AND)} || CASE WHEN "is_incomplete" THEN 1 ELSE 0 END',
        categories=categories,
        rest=_rest(language),
        labels=Labels('coalesce(nullif("project_name", \'\'), "project_id")', _LABEL_COLOUR),
        titles=titles,
    )


def _findings(table: gpd.GeoDataFrame, titles: Mapping[str, str], subject: Subject) -> Style:
    language = subject.city.language
    order = [str(severity) for severity in Severity]
    rows = zip(table["severity"], table["code"], table["layer"], strict=True)
    found = sorted({(order.index(severity), code, layer) for severity, code, layer in rows})
    layers_of: dict[str, set[str]] = {}
    for _, code, layer in found:
        layers_of.setdefault(code, set()).add(layer)
    entries: dict[str, Category] = {}
    for _, code, layer in found:
        look = subject.looks[subject.role_of(code, layer)]
        hatch = "slash" if look.hatch == "outline" else look.hatch
        symbol = Symbol((Pen(look.colour, 1.4),), look.colour, 0.2, hatch)
        label = _rule_title(subject, code, layer if len(layers_of[code]) > 1 else "")
        value = f"{code}{_AND}{layer}"
        entries.setdefault(value, Category(value, label, symbol))
    return Style(
        attribute=f'"code" || {quoted(_AND)} || "layer"',
        categories=list(entries.values()),
        rest=_rest(language),
        labels=Labels('"feature_name"', _LABEL_COLOUR),
        titles=titles,
    )


def _rule_title(subject: Subject, code: str, layer: str) -> str:
    language = subject.city.language
    rule = subject.rules.get(code)
    known = subject.layers.get(layer)
    title = rule.title.get(language) if rule is not None else code
    return f"{title} · {known.title.get(language) if known else layer}" if layer else title


def _suggestions(_: gpd.GeoDataFrame, titles: Mapping[str, str], subject: Subject) -> Style:
    pens = (Pen(SITE_COLOUR, 2.4, (7, 4)), Pen(SITE_COLOUR, 1.2, (4, 3)))
    labels = Labels('"project_id" || \' #\' || "rank"', SITE_COLOUR)
    words = (_SITE, _MUST_ACQUIRE, _ACQUISITION_UNKNOWN)
    return _by_acquisition(pens, words, labels, titles=titles, language=subject.city.language)


def _plan(_: gpd.GeoDataFrame, titles: Mapping[str, str], subject: Subject) -> Style:
    pens = (Pen(SITE_COLOUR, 3.4), Pen(SITE_COLOUR, 2.4, (4, 3)))
    labels = Labels('coalesce(nullif("project_name", \'\'), "project_id")', SITE_COLOUR)
    words = (_PLANNED, _PLANNED_LATER, _PLANNED_UNKNOWN)
    return _by_acquisition(pens, words, labels, titles=titles, language=subject.city.language)


def _by_acquisition(
    pens: tuple[Pen, Pen],
    words: tuple[Text, Text, Text],
    labels: Labels,
    *,
    titles: Mapping[str, str],
    language: str,
) -> Style:
    """Return a style of sites: to be had, to be acquired first, and nobody knows."""
    symbol, later = Symbol((pens[0],), SITE_FILL, 0.28), Symbol((pens[1],), SITE_FILL, 0.18)
    offered, acquired, unknown = (text.get(language) for text in words)
    return Style(
        attribute="CASE WHEN \"must_acquire\" IS NULL THEN 'unknown' "
        "WHEN \"must_acquire\" THEN 'later' ELSE 'offered' END",
        categories=[
            Category("offered", offered, symbol),
            Category("later", acquired, later),
            Category("unknown", unknown, later),
        ],
        rest=_rest(language),
        labels=labels,
        titles=titles,
    )


def _repairs(_: gpd.GeoDataFrame, titles: Mapping[str, str], subject: Subject) -> Style:
    language = subject.city.language
    symbol = Symbol((Pen(REPAIR_COLOUR, 2.6, (8, 3)),), REPAIR_COLOUR, 0.16)
    return Style(
        attribute="'repair'",
        categories=[Category("repair", _REPAIR.get(language), symbol)],
        rest=_rest(language),
        labels=Labels('"red_line_id" || \' #\' || "rank"', REPAIR_COLOUR),
        titles=titles,
    )
