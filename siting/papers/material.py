"""What papers are made of, and the figures and texts that all of them show alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from siting.areas import AreaRow, area_table
from siting.city import City
from siting.errors import ConfigError, nearest
from siting.mapping.release import Scope
from siting.mapping.subject import Planned, Subject
from siting.measure import PLANAR
from siting.model import (
    Atlas,
    Input,
    LoadStatus,
    Project,
    RedLineResult,
    Release,
    Report,
    RuleSummary,
    Search,
    Text,
)
from siting.papers import words
from siting.planning import CityPlan, Listener, plan_identity, require_same_report
from siting.report import identity

Context = dict[str, Any]
"""What a template can ask for: texts, lists of rows and yes or no, by name."""

#: What XML 1.0 cannot hold; each is shown by its picture or as U+FFFD, none is left out.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PICTURES = 0x2400
_ENDS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c",
         "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}  # fmt: skip
#: The kind of rules about what no map here shows.
OFF_MAP_KIND = "off_map"
_UNITS = {"m2": "m²"}
#: So many characters of a hash tell two reports apart on paper.
SHORT_HASH = 16


@dataclass(frozen=True, slots=True)
class Orders:
    """How papers are to be written.

    ``district`` is a code or name, empty for the whole city; ``language`` is ``zh`` or ``en``,
    empty for the city's. ``folder`` is where they go; ``templates`` a folder with the bureau's
    own. ``overwrite``: papers that are there, and that a person may have edited, are replaced.
    """

    district: str = ""
    language: str = ""
    folder: Path | None = None
    templates: Path | None = None
    overwrite: bool = False


@dataclass(frozen=True, eq=False)
class Material:
    """A report narrowed to the city or one district, and the language of its papers.

    The subject is that of the maps, so that papers and pages tell a district the same.
    """

    subject: Subject
    language: str

    def say(self, text: Text | None) -> str:
        """Return a text in the language of the papers; empty for none."""
        return "" if text is None else text.get(self.language)

    def all_said(self, texts: Sequence[Text]) -> str:
        """Return texts as one, each once."""
        return words.joined(list(dict.fromkeys(self.say(text) for text in texts)), self.language)

    def names(self, texts: Sequence[str]) -> str:
        """Return names as a list in a sentence."""
        return words.names(list(dict.fromkeys(texts)), self.language)

    @property
    def report(self) -> Report:
        """The report that the papers are of."""
        return self.subject.report

    @cached_property
    def identity(self) -> str:
        """The identity of the whole report, the same in every paper of one run."""
        return identity(self.report)

    @cached_property
    def told(self) -> Listener | None:
        """What these papers may tell of the plan; None where they are made without one."""
        planned = self.subject.planned
        return None if planned is None else self.subject.listener(planned.plan)

    @cached_property
    def plan_identity(self) -> str:
        """The identity of the plan, empty without one."""
        return "" if self.told is None else plan_identity(self.told.plan)

    @cached_property
    def inputs(self) -> dict[str, Input]:
        """The configured layers by name."""
        return {entry.name: entry for entry in self.report.inputs}

    def title_of(self, code: str) -> str:
        """Return the title of a rule or filter; what nobody knows is its own title."""
        rule = self.subject.rules.get(code)
        return self.say(rule.title) if rule else code

    def rule_names(self, codes: Sequence[str]) -> str:
        """Return rules by code and title, each once."""
        texts = (f"{code} {self.title_of(code)}" for code in dict.fromkeys(codes))
        return words.joined(list(texts), self.language)

    def district_name(self, text: str) -> str:
        """Return the name of a district given by code or name."""
        code = self.subject.district_code(text)
        return self.subject.district_names.get(code, text)

    def layer_title(self, name: str) -> str:
        """Return what people call a layer; findings on no layer are on the red lines."""
        known = self.inputs.get(name)
        return self.say(known.title if known else words.OWN_LAYERS.get(name, Text(name)))

    def of_record_m2(self, result: RedLineResult) -> float:
        """Return the area of record of a red line, m²."""
        is_planar = self.report.area_of_record == PLANAR
        return result.area_m2 if is_planar else result.area_ellipsoidal_m2


def material_of(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    orders: Orders,
    plan: CityPlan | None = None,
) -> Material:
    """Return the material of the city, or of the district that the orders name.

    Parameters
    ----------
    report, searches, atlas, city
        Of one run; geometry in the working CRS.
    orders
        For district and language.
    plan
        The plan of the city, of the same report; without one the papers say nothing of a plan.

    Raises
    ------
    ConfigError
        When there is no such district, with the nearest one; when the plan is of another report.
    """
    language = orders.language or city.language
    if plan is not None:
        require_same_report(plan, report)
    planned = None if plan is None else Planned(plan)
    whole = Subject(report, tuple(searches), atlas, city, Scope(), planned)
    if not orders.district:
        return Material(whole, language)
    code = whole.district_code(orders.district)
    if code not in whole.district_names:
        codes = sorted(whole.district_names)
        raise ConfigError(
            f"there is no district '{orders.district}'",
            expected=", ".join(codes),
            found=orders.district,
            next_step=nearest(code, codes) or "give the code that the district layer has",
        )
    rows = atlas.districts[atlas.districts["feature_id"].astype(str) == code]
    scope = Scope(code, whole.district_names[code], rows.geometry.union_all())
    return Material(replace(whole, scope=scope), language)


def sound(value: Any) -> Any:  # noqa: ANN401 - texts within whatever holds them
    """Return a context whose texts a Word file can hold, within lists and tables too.

    Control characters become their pictures (U+2400 and on), lone surrogates U+FFFD: seen, and
    never lost. A text that turns the direction of writing ends what it began.
    """
    if isinstance(value, str):
        return _sound_text(value)
    if isinstance(value, dict):
        return {key: sound(item) for key, item in value.items()}
    return [sound(item) for item in value] if isinstance(value, list | tuple) else value


def _sound_text(text: str) -> str:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    told = _NO_XML.sub(lambda m: chr(_PICTURES + ord(m[0])) if m[0] < " " else "\ufffd", unix)
    waiting: list[str] = []
    for sign in told:
        if sign in _ENDS:
            waiting.append(_ENDS[sign])
        elif waiting and sign == waiting[-1]:
            waiting.pop()
    return told + "".join(reversed(waiting))


def area(area_m2: float | None, material: Material, *, missing: Text | None = None) -> Context:
    """Return an area in m², 公顷 and 亩, each rounded from the unrounded area, and as one text.

    Parameters
    ----------
    area_m2
        Square metres; None where there is none.
    material
        For the language.
    missing
        What stands for no area; a dash by default.
    """
    if area_m2 is None:
        text = "–" if missing is None else material.say(missing)
        return {"m2": text, "ha": "–", "mu": "–", "text": text}
    row = area_table({"": max(area_m2, 0.0)}).total
    return area_cells(row, material)


def measure_text(measure: float, unit: str) -> str:
    """Return a measure with its unit, as people write it."""
    return f"{measure:,.2f} {_UNITS.get(unit, unit)}".rstrip()


def area_cells(row: AreaRow, material: Material) -> Context:
    """Return a rounded area as texts."""
    m2, ha, mu = f"{row.area_m2:,}", f"{row.area_ha:,}", f"{row.area_mu:,}"
    hectares, mu_name = material.say(words.HECTARES), material.say(words.MU)
    is_english = material.language == "en"
    tail = f" ({ha} {hectares}, {mu} {mu_name})" if is_english else f"（{ha} {hectares}，{mu} 亩）"
    return {"m2": m2, "ha": ha, "mu": mu, "text": f"{m2} m²{tail}"}


def head(material: Material, title: Text, project: Project | None) -> Context:
    """Return what every paper has: where and when, by what, of which project, with which mark."""
    report, city = material.report, material.subject.city
    return {
        "title": material.say(title),
        "city": material.say(city.name),
        "district": material.subject.scope.name,
        "mark": material.say(_mark(material)),
        "as_of": report.as_of.isoformat(),
        "as_of_text": _date_text(material),
        "crs": report.crs,
        "rule_book": report.rule_book,
        "rule_book_sha256": report.rule_book_sha256,
        "area_of_record": material.say(words.AREAS_OF_RECORD[report.area_of_record]),
        "identity": material.identity,
        "identity_short": material.identity.removeprefix("sha256:")[:SHORT_HASH],
        "program": f"siting {report.versions.get('siting', '')}".rstrip(),
        "notice": material.say(words.NOTICE),
        "project": project_row(material, project or Project("", "")),
        "layers": [_layer(material, entry) for entry in report.inputs],
        "layers_not_usable": list(_not_usable(material)),
        "refused": _refused(material),
    }


def _refused(material: Material) -> str:
    """Return which red lines could not be read; a district is told how many in the city."""
    refused = [each for each in material.report.refused_red_lines if not each.is_repaired]
    if not refused:
        return ""
    if material.subject.scope.is_district:
        return material.say(words.REFUSED_SOMEWHERE).format(count=len(refused))
    named = [f"{each.feature_id or each.row} ({each.reason})" for each in refused]
    text = material.say(words.REFUSED).replace("{count}", str(len(refused)))
    return text.replace("{names}", words.joined(named, material.language))


def _mark(material: Material) -> Text:
    """Return the city's own mark, else 内部资料 as soon as any layer is not public."""
    if material.subject.city.secrecy_mark:
        return Text(material.subject.city.secrecy_mark)
    is_public = all(entry.release is Release.PUBLIC for entry in material.report.inputs)
    return Text("") if is_public else words.INTERNAL


def _date_text(material: Material) -> str:
    day = material.report.as_of
    return day.isoformat() if material.language == "en" else f"{day.year}年{day.month}月{day.day}日"


def project_row(material: Material, project: Project) -> Context:
    """Return what a paper says of a project; remarks, promises and aliases stay in the house."""
    demand = project.demand
    bounds = (demand.area_m2_min, demand.area_m2_max)
    known = [f"{bound / 10_000:,.4f}" for bound in bounds if bound is not None]
    wanted = " – ".join(known) + (f" {material.say(words.HECTARES)}" if known else "–")
    return {
        "id": project.id,
        "name": project.name or project.id,
        "form": material.say(words.FORMS[project.form]),
        "kind": project.kind or "–",
        "use": use_text(material, project.use, project.code_system) or "–",
        "stage": project.stage or "–",
        "district": material.district_name(project.district) or "–",
        "supply_mode": project.supply_mode or "–",
        "wanted": wanted,
        "uses": material.names(
            [use_text(material, use, project.code_system) for use in demand.uses]
        )
        or "–",
    }


def use_text(material: Material, code: str, system: str) -> str:
    """Return a land-use code with its name, as far as the composition book knows it."""
    return material.say(material.subject.use_title(code, system)) if code else ""


def dated_title(material: Material, entry: Input) -> str:
    """Return a layer's title with its date, and what is wrong with it."""
    dated = entry.source.dated
    day = material.say(Text("日期未注明", "undated")) if dated is None else dated.isoformat()
    status = entry.contract.status
    wrong = "" if status is LoadStatus.PASSED else f"，{material.say(words.LOADS[status])}"
    told = f"{day}{wrong}".replace("，", ", ") if material.language == "en" else f"{day}{wrong}"
    brackets = " ({})" if material.language == "en" else "（{}）"
    return material.say(entry.title) + brackets.format(told)


def layers_of(material: Material, rule: RuleSummary, names: Sequence[str] = ()) -> list[str]:
    """Return the layers of a rule with their dates: those that its findings name, else its roles.

    A rule about the outline alone has none, and says so.
    """
    named = [material.inputs[name] for name in names if name in material.inputs]
    entries = named or [each for each in material.report.inputs if each.role in rule.needs]
    titles = list(dict.fromkeys(dated_title(material, each) for each in entries))
    if titles:
        return titles
    if rule.kind == OFF_MAP_KIND:
        return [material.say(words.NEVER_ON_MAP)]
    return [material.say(words.OWN_LAYERS[""])] if not rule.needs else list(rule.needs)


def citation(material: Material, rule: RuleSummary) -> str:
    """Return the law or standard of a rule, with how sure we are of it."""
    basis = rule.basis
    text = " ".join(part for part in (basis.citation, basis.article, basis.edition) if part)
    certainty = words.CERTAINTIES.get(basis.certainty)
    return (text or "–") + (material.say(certainty) if certainty and text else "")


def _layer(material: Material, entry: Input) -> Context:
    dated = entry.source.dated
    return {
        "title": material.say(entry.title),
        "dated": dated.isoformat() if dated else "–",
        "authority": entry.source.authority or "–",
        "coverage": entry.coverage or "–",
        "status": material.say(words.LOADS[entry.contract.status]),
        "sha256": entry.source.sha256[:SHORT_HASH],
        "release": entry.release.value,
    }


def _not_usable(material: Material) -> Iterator[Context]:
    """Yield the layers that failed or are short of rows, with the reason."""
    for entry in material.report.inputs:
        contract = entry.contract
        if contract.status is LoadStatus.PASSED:
            continue
        reasons = list(contract.problems)
        if contract.status is LoadStatus.SHORT:
            # why a row was refused tells where it lies: the report says so, no paper does
            short = material.say(words.LAYER_SHORT)
            reasons.append(short.format(count=contract.rows_refused))
        why = words.joined(reasons, material.language) or "–"
        yield _layer(material, entry) | {"why": why}
