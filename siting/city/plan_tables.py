"""The ``[plan]`` table of city.toml: quotas, separations, decisions, scenarios."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from siting.city.places import Places, amounts_of
from siting.city.plans import DEDUCTIONS, PlanSpec, QuotaSpec, ScenarioSpec, SeparationSpec
from siting.city.spec import LayerSpec
from siting.config import TableReader
from siting.errors import nearest
from siting.model import Text

#: What a quota counts, in the words of city.toml -> in those of `QUOTA_UNITS`.
COUNTED = {
    "sites": "sites",
    "area": "area_m2",
    "new_construction": "new_construction_m2",
    "farmland": "farmland_m2",
}
#: In what a limit of land is given -> how many square metres that is (1 公顷 = 15 亩).
M2_OF = {"m2": Fraction(1), "hectare": Fraction(10_000), "mu": Fraction(10_000, 15)}
#: The cause of conflicts that stands beside the names of separations.
OVERLAP = "overlap"
#: Names stand in options of the command line and in names of files.
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class _Range:
    """What a figure must lie in; ``most`` itself is outside, ``words`` say the same."""

    least: float
    most: float
    words: str
    has_least: bool = True

    def contains(self, value: float) -> bool:
        return self.least < value < self.most or (self.has_least and value == self.least)


_SECONDS = _Range(0.0, math.inf, "seconds > 0", has_least=False)
_GAP = _Range(0.0, 1.0, "a share of the best possible, from 0 (proved best) to below 1")
_METRES = _Range(0.0, math.inf, "metres ≥ 0; 0 bans only sites that touch")
_LIMIT = _Range(0.0, math.inf, "a figure ≥ 0; 0 allows none")
_POINTS = _Range(0.0, math.inf, "points ≥ 0; 0 takes nothing off")


def plan_of(reader: TableReader, layers: Sequence[LayerSpec], places: Places) -> PlanSpec:
    """Read ``[plan]``; scenarios may name `layers`, and the quotas that stand beside them."""
    default = PlanSpec()
    quotas = [_quota_of(entry) for entry in reader.tables("quota")]
    limits = {each.quota.name: each for each in quotas}
    separations = tuple(_separation_of(entry) for entry in reader.tables("separation"))
    named = [layer.name for layer in layers]
    scenarios = tuple(
        _scenario_of(entry, named, limits, places) for entry in reader.tables("scenario")
    )
    _require_names(reader, "quota", [each.quota.name for each in quotas])
    # both name what stands in a project's way
    _require_names(reader, "separation", [OVERLAP, *(each.name for each in separations)])
    _require_names(reader, "scenario", [each.name for each in scenarios])
    spec = PlanSpec(
        in_run=bool(reader.flag("in_run", default=default.in_run)),
        candidates=_candidates(reader, default.candidates),
        time_limit_s=_within(reader, "time_limit_s", default.time_limit_s, _SECONDS),
        relative_gap=_within(reader, "relative_gap", default.relative_gap, _GAP),
        deductions={**DEDUCTIONS, **_deductions_of(reader.table("deductions"))},
        quotas=tuple(each.quota for each in quotas),
        separations=separations,
        scenarios=scenarios,
        decisions=_decisions(reader, places),
        previous=_previous(reader, places),
    )
    reader.finish()
    return spec


def _within(reader: TableReader, key: str, default: float | None, allowed: _Range) -> float:
    """Read a figure within a range; without a default it has to be there."""
    value = reader.number(key, default)
    if value is None and key not in reader:
        reader.problem(
            f"'{key}' is missing",
            expected=allowed.words,
            next_step=f"add {key} = … to {reader.place}",
        )
    elif value is not None and not allowed.contains(value):
        reader.problem(
            f"'{key}' is out of range",
            expected=allowed.words,
            found=f"{value:g}",
            next_step=f"correct {key}",
        )
        return default or 0.0
    return value or 0.0


def _candidates(reader: TableReader, default: int) -> int:
    count = reader.whole("candidates", default)
    if count is not None and count < 1:
        reader.problem(
            "'candidates' is less than 1",
            expected="a whole number ≥ 1",
            found=str(count),
            next_step="correct candidates",
        )
    return count or default


def _decisions(reader: TableReader, places: Places) -> tuple[Path, ...]:
    texts = [text.strip() for text in reader.texts("decisions")]
    if not all(texts):
        reader.problem(
            "'decisions' has a blank path",
            expected='decisions = ["plan/decisions.xlsx"]',
            next_step="name the file, or leave decisions out",
        )
    return tuple(dict.fromkeys((places.base / text).resolve() for text in texts if text))


def _previous(reader: TableReader, places: Places) -> Path | None:
    text = reader.text("previous")
    return (places.base / text).resolve() if text else None


@dataclass(frozen=True, slots=True)
class _Measured:
    """A quota and how many m² (or sites) one of its limit is."""

    quota: QuotaSpec
    factor: Fraction

    def counted(self, reader: TableReader, key: str, limit: float) -> float:
        """Return a limit in sites or m²; part of a site is remembered as a problem."""
        if self.quota.unit == "sites" and not limit.is_integer():
            reader.problem(
                f"'{key}' is no number of sites",
                expected="a whole number ≥ 0",
                found=f"{limit:g}",
                next_step=f"correct {key}",
            )
        return float(Fraction(str(limit)) * self.factor)


def _quota_of(reader: TableReader) -> _Measured:
    """Read one ``[[plan.quota]]``."""
    unit = COUNTED.get(reader.choice("unit", COUNTED, ""), "")
    spec = QuotaSpec(
        name=_name_of(reader),
        title=_title_of(reader),
        unit=unit,
        limit=0.0,
        districts=_distinct(reader, "districts"),
        uses=_distinct(reader, "uses"),
        batches=_distinct(reader, "batches"),
        basis=reader.text("basis"),
    )
    measured = _Measured(spec, _factor_of(reader, unit))
    limit = measured.counted(reader, "limit", _within(reader, "limit", None, _LIMIT))
    reader.finish()
    return replace(measured, quota=replace(spec, limit=limit))


def _factor_of(reader: TableReader, unit: str) -> Fraction:
    """Return how many square metres one of the limit is; a count of sites is in nothing."""
    given = reader.text("in")
    if unit == "sites" and given:
        reader.problem(
            "a number of sites has no unit of area",
            expected='unit = "sites" without in, or unit = "area" with it',
            found=f'in = "{given}"',
            next_step="remove in, or correct unit",
        )
    elif unit not in ("", "sites") and given not in M2_OF:
        reader.problem(
            "'in' does not say in what the limit is given",
            expected=" | ".join(M2_OF) + " (平方米, 公顷, 亩)",
            found=given,
            next_step=nearest(given, M2_OF) or 'add in = "hectare", "mu" or "m2"',
        )
    return Fraction(1) if unit == "sites" else M2_OF.get(given, Fraction(1))


def _distinct(reader: TableReader, key: str) -> tuple[str, ...]:
    """Read a list of texts, each once; a list that says nothing would ask for nothing."""
    texts = [text.strip() for text in reader.texts(key)]
    if key in reader and not (texts and all(texts)):
        reader.problem(
            f"'{key}' is empty or has a blank entry",
            expected=f"at least one entry, or no {key} at all",
            next_step=f"fill in {key}, or remove it",
        )
    return tuple(dict.fromkeys(text for text in texts if text))


def _name_of(reader: TableReader) -> str:
    name = reader.text("name", required=True)
    if name and not _NAME.fullmatch(name):
        reader.problem(
            f"'{name}' cannot be a name",
            expected="letters, Chinese characters, digits, _ and -",
            found=name,
            next_step="correct name; what people read is title",
        )
    return name


def _title_of(reader: TableReader) -> Text:
    """Read what people call it; without a title its name."""
    return reader.bilingual("title", reader.text("name"))


def _require_names(reader: TableReader, what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            taken = "means overlaps already" if name == OVERLAP else "is there twice"
            reader.problem(
                f"the name '{name}' of a {what} {taken}",
                expected="different names",
                found=name,
                next_step="rename one of them",
            )
        seen.add(name)


def _separation_of(reader: TableReader) -> SeparationSpec:
    spec = SeparationSpec(
        name=_name_of(reader),
        title=_title_of(reader),
        uses=_required(reader, "uses"),
        from_uses=_required(reader, "from_uses"),
        distance_m=_within(reader, "distance_m", None, _METRES),
        basis=reader.text("basis"),
    )
    reader.finish()
    return spec


def _required(reader: TableReader, key: str) -> tuple[str, ...]:
    texts = _distinct(reader, key)
    if key not in reader:
        reader.problem(
            f"'{key}' is missing",
            expected='beginnings of use codes, such as ["1001"]',
            next_step=f"add {key} = […] to {reader.place}",
        )
    return texts


def _deductions_of(reader: TableReader) -> dict[str, float]:
    """Read the points that are given; what is not named keeps its own."""
    points = {
        name: _within(reader, name, usual, _POINTS)
        for name, usual in DEDUCTIONS.items()
        if name in reader
    }
    reader.finish()
    return points


def _scenario_of(
    reader: TableReader, layers: Sequence[str], quotas: Mapping[str, _Measured], places: Places
) -> ScenarioSpec:
    spec = ScenarioSpec(
        name=_name_of(reader),
        title=_title_of(reader),
        rule_book=reader.text("rulebook"),
        as_of=reader.date("as_of"),
        layers=_other_layers(reader.table("layers"), layers, places),
        quotas=_other_limits(reader.table("quotas"), quotas),
        weights=amounts_of(reader.table("weights"), "weight"),
        profile_for=_other_profiles(reader.table("profile_for")),
        deductions=_deductions_of(reader.table("deductions")),
    )
    changes = (
        spec.rule_book, spec.as_of, spec.layers, spec.quotas, spec.weights, spec.profile_for,
        spec.deductions,
    )  # fmt: skip
    if not any(changes):
        reader.problem(
            "a scenario that changes nothing",
            expected="rulebook, as_of, layers, quotas, weights, profile_for or deductions",
            next_step="say what is otherwise in it, or remove it",
        )
    reader.finish()
    return spec


def _other_layers(reader: TableReader, known: Sequence[str], places: Places) -> dict[str, Path]:
    names = [name for name in reader.names() if name != "in_data_dir"]
    _require_known(reader, "layer", names, known)
    return {name: places.path(reader, name) for name in names if name in known}


def _other_limits(reader: TableReader, known: Mapping[str, _Measured]) -> dict[str, float]:
    """Read other limits, each in what its quota is given in."""
    given = amounts_of(reader, "limit")
    _require_known(reader, "quota", list(given), list(known))
    return {
        name: known[name].counted(reader, name, limit)
        for name, limit in given.items()
        if name in known
    }


def _require_known(
    reader: TableReader, what: str, names: Sequence[str], known: Sequence[str]
) -> None:
    for name in names:
        if name not in known:
            reader.problem(
                f"there is no {what} '{name}'",
                expected=", ".join(dict.fromkeys(known)) or f"a {what} of this file",
                found=name,
                next_step=nearest(name, known) or f"correct the name of the {what}",
            )


def _other_profiles(reader: TableReader) -> dict[str, str]:
    return {key: reader.text(key) for key in reader.names()}
