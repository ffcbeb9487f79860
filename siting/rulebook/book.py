"""Reading a rule book. The reference of every key is ``docs/rule-books.md``."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from siting.city import built_in_roles
from siting.config import TableReader, read_toml
from siting.errors import ConfigError, ReadError, Where, nearest
from siting.model import Basis, Form, Route, Severity, Text, Way
from siting.rulebook.cases import Case, CaseResult, fault_of, read_case
from siting.rules.base import AppliesTo, Exemption, Rule
from siting.rules.kinds import KINDS

CERTAINTIES = ("H", "M", "L")


@dataclass(frozen=True, eq=False, slots=True)
class RuleBook:
    """The rules of one place, in the order of the file, with their cases.

    ``sha256`` is that of the file as read; ``crosswalks`` translate codes between two
    code systems: ``{(from, to): {code: code}}``.
    """

    name: str
    title: Text
    version: str
    sha256: str
    rules: tuple[Rule, ...]
    cases: tuple[Case, ...]
    crosswalks: Mapping[tuple[str, str], Mapping[str, str]]

    def in_force(self, as_of: dt.date) -> tuple[Rule, ...]:
        """Return the rules whose basis is in force on a date."""
        return tuple(rule for rule in self.rules if rule.basis.is_in_force(as_of))

    def rule(self, code: str) -> Rule:
        """Return the rule of a code.

        Raises
        ------
        ConfigError
            When there is none, with the nearest one.
        """
        for rule in self.rules:
            if rule.code == code:
                return rule
        codes = [rule.code for rule in self.rules]
        raise ConfigError(
            f"the rule book '{self.name}' has no rule {code}",
            expected=", ".join(codes),
            found=code,
            next_step=nearest(code, codes) or "list them with: siting rules",
        )


def built_in_rule_books() -> tuple[str, ...]:
    """Return the names of the rule books that come with siting."""
    folder = resources.files("siting") / "rulebooks"
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in folder.iterdir()
            if entry.name.endswith(".toml")
        )
    )


def read_rule_book(name: str, *, base: Path | None = None) -> RuleBook:
    """Read a rule book by its built-in name or its path.

    Parameters
    ----------
    name
        ``cn``, or a path ending in ``.toml``.
    base
        Folder that a relative path starts from (that of city.toml).

    Raises
    ------
    ReadError, ConfigError, ProblemsError
        With every problem of the book at once.
    """
    if not name.endswith(".toml"):
        known = built_in_rule_books()
        if name not in known:
            raise ReadError(
                f"there is no built-in rule book '{name}'",
                where=Where(file="city.toml", layer="[city]"),
                expected=" | ".join(known) + ", or a path that ends in .toml",
                found=name,
                next_step=nearest(name, known) or "correct rulebook in [city]",
            )
        with resources.as_file(resources.files("siting") / "rulebooks" / f"{name}.toml") as path:
            return _read(path)
    path = Path(name)
    return _read(path if path.is_absolute() or base is None else base / path)


def _read(path: Path) -> RuleBook:
    reader = TableReader(read_toml(path), file=path.name)
    head = reader.table("book")
    crosswalks = {}
    for entry in reader.tables("crosswalk", label="from"):
        codes = {key: str(value) for key, value in entry.table("codes").rest().items()}
        crosswalks[(entry.text("from", required=True), entry.text("to", required=True))] = codes
        entry.finish()
    rules: list[Rule] = []
    cases: list[Case] = []
    for entry in reader.tables("rule", label="code"):
        rule = _rule(entry)
        case_readers = entry.tables("case")
        entry.finish()
        if rule is not None:
            rules.append(rule)
            cases.extend(read_case(case, rule.code) for case in case_readers)
    _require_unique_codes(reader, rules)
    book = RuleBook(
        name=path.stem,
        title=head.bilingual("title", required=True),
        version=head.text("version", required=True),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        rules=tuple(rules),
        cases=tuple(cases),
        crosswalks=crosswalks,
    )
    head.finish()
    reader.finish()
    reader.raise_problems()
    return book


def _rule(reader: TableReader) -> Rule | None:
    kind = reader.choice("kind", KINDS, "")
    common = _common(reader)
    if kind not in KINDS:
        reader.rest()
        return None
    rule_class = KINDS[kind]
    parameters: dict[str, Any] = rule_class.parameters(reader)
    role = parameters.get("role")
    known = built_in_roles()
    if role and role not in known and not role.startswith("x_"):
        reader.problem(
            f"unknown role '{role}'",
            expected=", ".join(sorted(known)) + ", or an own role whose name begins with x_",
            found=role,
            next_step=nearest(role, known) or "use a known role",
        )
    return rule_class(**common, **parameters)


def _common(reader: TableReader) -> dict[str, Any]:
    return {
        "code": reader.text("code", required=True),
        "title": reader.bilingual("title", required=True),
        "severity": Severity(reader.choice("severity", list(Severity), Severity.RESTRICTED)),
        "basis": _basis(reader.table("basis")),
        "route": _route(reader.table("route")),
        "targets": _applies_to(reader.table("applies_to")),
        "exceptions": tuple(
            _exemption(entry) for entry in reader.tables("exception", label="condition")
        ),
        "near_m": _distance(reader, "near_m"),
        "sliver_width_m": _distance(reader, "sliver_width_m"),
        "has_zero_tolerance": bool(reader.flag("zero_tolerance", default=False)),
    }


def _distance(reader: TableReader, key: str) -> float:
    value = reader.number(key, 0.0) or 0.0
    if value < 0:
        reader.problem(
            f"'{key}' is negative",
            expected="metres ≥ 0",
            found=str(value),
            next_step=f"correct {key}",
        )
    return value


def _basis(reader: TableReader) -> Basis:
    basis = Basis(
        citation=reader.text("citation", required=True),
        article=reader.text("article"),
        edition=reader.text("edition"),
        certainty=reader.choice("certainty", CERTAINTIES, "L"),
        in_force_from=reader.date("from"),
        in_force_to=reader.date("to"),
    )
    reader.finish()
    return basis


def _route(reader: TableReader) -> Route:
    route = Route(
        way=Way(reader.choice("way", list(Way), Way.AVOID)),
        text=reader.bilingual("text"),
        office=reader.bilingual("office"),
        papers=reader.texts("papers"),
    )
    reader.finish()
    return route


def _forms(reader: TableReader) -> tuple[str, ...]:
    forms = reader.texts("forms")
    for form in forms:
        if form not in list(Form):
            reader.problem(
                f"unknown form '{form}'",
                expected=" | ".join(Form),
                next_step=nearest(form, list(Form)) or "choose one of them",
            )
    return forms


def _applies_to(reader: TableReader) -> AppliesTo:
    targets = AppliesTo(
        forms=_forms(reader),
        uses=reader.texts("uses"),
        not_uses=reader.texts("not_uses"),
        kinds=reader.texts("kinds"),
        stages=reader.texts("stages"),
        supply_modes=reader.texts("supply_modes"),
    )
    reader.finish()
    return targets


def _exemption(reader: TableReader) -> Exemption:
    exemption = Exemption(
        condition=reader.bilingual("condition", required=True),
        authority=reader.bilingual("authority"),
        papers=reader.texts("papers"),
        citation=reader.text("citation"),
        forms=_forms(reader),
        uses=reader.texts("uses"),
        kinds=reader.texts("kinds"),
    )
    if not (exemption.forms or exemption.uses or exemption.kinds):
        reader.problem(
            "an exception for every project is no exception",
            expected="forms, uses or kinds",
            next_step="say for which kind of project it is",
        )
    reader.finish()
    return exemption


def _require_unique_codes(reader: TableReader, rules: list[Rule]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.code in seen:
            reader.problem(
                f"two rules have the code {rule.code}", next_step="give each rule its own code"
            )
        seen.add(rule.code)


def run_cases(book: RuleBook, *, code: str = "") -> tuple[CaseResult, ...]:
    """Run the cases of a rule book, or of one rule.

    Parameters
    ----------
    book
        The rule book.
    code
        Only the cases of this rule.

    Returns
    -------
    tuple
        One result per case, in the order of the file.
    """
    return tuple(
        CaseResult(case, fault_of(case, book.rule(case.rule_code), book.crosswalks))
        for case in book.cases
        if not code or case.rule_code == code
    )
