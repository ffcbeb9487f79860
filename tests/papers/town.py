"""A red line over the border of two districts, with all that a paper has to tell of.

R1 of P1 is 100 m × 100 m, half of it in district 01 (west of 2,000 m), half in 02. Farmland takes
its western 20 m (in 01) and its eastern 10 m (in 02); a metro structure, to be consulted on, the
10 m on each side of the border. The green line failed its contract, military matters are on no
map, and one rule is not yet in force.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import docx

from siting.city import City
from siting.model import Project, RedLine, Release, Report, Search
from siting.papers import Material, Orders, material_of
from siting.papers.advice import advice
from siting.papers.checklist import checklist
from siting.papers.letters import letters
from siting.papers.material import Context

from .. import tiny_city
from ..compare import hand
from ..tiny_city import rect

PRESENT = rect(1950, 1000, 2050, 1100)


def report(
    *,
    farmland: Release = Release.PUBLIC,
    lines: Sequence[RedLine] | None = None,
    project: Project | None = None,
    name: str = "",
    problem: str = "the file is cut short",
) -> tuple[Report, Any, City]:
    """Return the report, the atlas and the city; ``name`` is put into every name of the data."""
    layers = [
        tiny_city.layer(
            "farmland",
            [rect(1900, 900, 1970, 1200), rect(2040, 900, 2100, 1200)],
            columns={"feature_name": [name or "西田", name or "东田"]},
            release=farmland,
        ),
        tiny_city.layer("metro_structure", [rect(1990, 1000, 2010, 1100)]),
        tiny_city.layer("green_line", [], problem=problem),
        tiny_city.layer("parcel", [hand.FIRST, hand.SECOND]),
        tiny_city.layer("road", [tiny_city.place("LINESTRING (0 950, 4000 950)")]),
    ]
    ask = {"way": "ask_authority", "text": "征求意见"}
    office = {"office": name or "地铁公司", "office_en": name or "metro operator"}
    rules = [
        tiny_city.rule("overlap", code="T-FARM", role="farmland",
                       route={"way": "avoid", "text": "避让", "office": "农业局"}),
        tiny_city.rule("overlap", code="T-METRO", role="metro_structure", severity="consult",
                       route={**ask, **office, "papers": ["保护方案"]}),
        tiny_city.rule("overlap", code="T-GREEN", role="green_line", severity="restricted",
                       route={**ask, "office": "园林局", "office_en": "parks office"}),
        tiny_city.rule("overlap", code="T-LATER", role="farmland",
                       basis={"citation": "test", "from": dt.date(2030, 1, 1)}),
    ]  # fmt: skip
    own = tuple(lines) if lines is not None else (tiny_city.red_line(PRESENT),)
    project = project or tiny_city.project(district="01", stage="前期研究")
    atlas = tiny_city.atlas(layers, own, projects=[project])
    city = tiny_city.city(off_map=(tiny_city.military(),))
    from siting.check import Effort, check

    found = check(
        atlas, tiny_city.book(*rules), city=city, as_of=tiny_city.AS_OF, effort=Effort(1, "found")
    )
    return found, atlas, city


def material(
    *, district: str = "", language: str = "zh", searches: Sequence[Search] = (), **fields: Any
) -> Material:
    """Return the material of the town, or of one of its districts."""
    repairs = fields.pop("repairs", None)
    found, atlas, city = report(**fields)
    found = replace(found, repairs=repairs)
    return material_of(
        found, searches, atlas, city=city, orders=Orders(district=district, language=language)
    )


def every_context(material: Material) -> Iterator[Context]:
    """Yield what each paper of P1 may be asked for by a template."""
    project = material.subject.projects["P1"]
    (result,) = material.subject.results
    yield checklist(material, result)
    yield advice(material, project)
    yield from letters(material, project)


def texts(content: bytes) -> list[str]:
    """Return all texts of a .docx that a reader sees, paragraph by paragraph."""
    paper = docx.Document(io.BytesIO(content))
    return list(_texts(paper)) + [
        paragraph.text
        for section in paper.sections
        for part in (section.header, section.footer)
        for paragraph in part.paragraphs
    ]


def _texts(place: Any) -> Iterator[str]:
    for paragraph in place.paragraphs:
        yield paragraph.text
    for table in place.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _texts(cell)
