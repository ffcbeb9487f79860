"""All profiles that a city may use: those that come with siting, and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from siting.city import City, SuggestSpec
from siting.config import TableReader, raise_collected, read_toml
from siting.criteria.profile import Profile, merged, read_profile
from siting.errors import ConfigError, SitingError, Where, nearest
from siting.model import Project, Text
from siting.rules.codes import CodeSystem, Crosswalks

_Key = tuple[str, bool]
"""A profile's name, and whether the city's own file of that name is meant."""

#: The profile of every project for which nothing says another one; others may be based on it.
GENERAL = "general"


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """The profile that a project gets, and why."""

    profile: Profile
    why: Text
    is_default: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Shelf:
    """The profiles by name, with the weights of ``[suggest.weights]``.

    ``named_for`` is ``[suggest.profile_for]``: a kind of project or a prefix of its use → a
    profile's name. ``own`` are the names of the city's own.
    """

    profiles: Mapping[str, Profile]
    named_for: Mapping[str, str]
    own: frozenset[str]

    @classmethod
    def of(cls, city: City) -> Shelf:
        """Read the profiles of a city.

        Raises
        ------
        ReadError, ConfigError, ProblemsError
            With every problem of all of its own files, of ``[suggest.profile_for]`` and
            ``[suggest.weights]`` at once.
        """
        spec, problems = city.suggest, list[SitingError]()
        files = _Files(spec.profiles, problems)
        found = {name: files.profile(name) for name in files.names()}
        profiles = {name: profile for name, profile in found.items() if profile is not None}
        problems.extend(_unknown_profiles(spec, sorted(found), city))
        if not problems:
            problems.extend(_wrong_weights(spec, profiles, city))
        raise_collected(f"the profiles of '{city.path.name}' cannot be used", problems)
        weighted = {name: each.weighted(spec.weights) for name, each in profiles.items()}
        return cls(weighted, spec.profile_for, frozenset(path.stem for path in spec.profiles))

    def choose(self, project: Project, crosswalks: Crosswalks) -> Choice:
        """Return the profile of a project.

        The ledger's word goes first, where it is a profile's name or title; then
        ``[suggest.profile_for]`` by kind and by use; then the profile whose ``uses`` fit the
        project's best, translated by the rule book's crosswalks; else the general one. Other
        words in the ledger's column are no choice.
        """
        return (
            self._by_ledger(project)
            or self._by_city(project)
            or self._by_use(project, crosswalks)
            or Choice(self.profiles[GENERAL], _BY_DEFAULT, is_default=True)
        )

    def _by_ledger(self, project: Project) -> Choice | None:
        word = project.demand.profile.strip().casefold()
        for profile in self.profiles.values():
            titles = (profile.name, profile.title.zh, profile.title.get("en"))
            if word and word in {title.casefold() for title in titles}:
                return Choice(profile, Text("台账写明", "named in the ledger"))
        return None

    def _by_city(self, project: Project) -> Choice | None:
        uses = _uses_of(project)
        fitting = [
            key
            for key in self.named_for
            if key == project.kind or any(use.startswith(key) for use in uses)
        ]
        if not fitting:
            return None
        # the kind of project says more than its use, and a longer code more than a shorter one
        key = max(fitting, key=lambda key: (key == project.kind, len(key)))
        why = Text(
            f"city.toml [suggest.profile_for] 按“{key}”指定",
            f"'{key}' in [suggest.profile_for] of city.toml",
        )
        return Choice(self.profiles[self.named_for[key]], why)

    def _by_use(self, project: Project, crosswalks: Crosswalks) -> Choice | None:
        # the longest prefix, then the city's own, then by name
        fitting: list[tuple[int, bool, str, str]] = []
        for profile in self.profiles.values():
            system = CodeSystem(profile.code_system)
            for use in _uses_of(project):
                code = system.translate(use, project.code_system, crosswalks) or ""
                fitting += [
                    (-len(prefix), profile.name not in self.own, profile.name, code)
                    for prefix in profile.uses
                    if code.startswith(prefix)
                ]
        if not fitting:
            return None
        *_, name, code = min(fitting)
        profile = self.profiles[name]
        why = Text(f"按用途代码 {code}", f"by the code of its use, {code}")
        return Choice(profile, why)


_BY_DEFAULT = Text("没有更合适的评分标准", "no other profile fits")


def _uses_of(project: Project) -> tuple[str, ...]:
    """Return the project's use; without one, the uses that its demand names."""
    return (project.use,) if project.use else project.demand.uses


@dataclass(eq=False, slots=True)
class _Files:
    """The files of profiles by name; a city's own goes before one that comes with siting."""

    own_paths: Sequence[Path]
    problems: list[SitingError]
    _tables: dict[_Key, dict[str, Any]] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return every name once: those that come with siting first, each in its order."""
        return list(dict.fromkeys([*shipped_profiles(), *(path.stem for path in self.own_paths)]))

    def profile(self, name: str) -> Profile | None:
        """Read one profile with all that it is based on."""
        own = self._own(name)
        before = len(self.problems)
        try:
            table = self._resolved((name, own is not None), ())
        except SitingError as error:
            self.problems.append(error)
            return None
        file = own.name if own is not None else f"{name}.toml"
        if len(self.problems) > before:
            return None
        return read_profile(TableReader(table, file=file, problems=self.problems), name)

    def _own(self, name: str) -> Path | None:
        return next((path for path in self.own_paths if path.stem == name), None)

    def _table(self, key: _Key) -> dict[str, Any]:
        if key not in self._tables:
            own = self._own(key[0]) if key[1] else None
            self._tables[key] = read_toml(own) if own is not None else _shipped(key[0])
        return self._tables[key]

    def _resolved(self, key: _Key, passed: tuple[_Key, ...]) -> dict[str, Any]:
        """Return a file's content over that of all that it is based on."""
        table = self._table(key)
        head = table.get("profile", {})
        base = head.get("based_on") if isinstance(head, dict) else None
        if base is None:
            return table
        # an own profile may be based on the one of its name that comes with siting
        base_key = str(base), base != key[0] and self._own(str(base)) is not None
        is_there = base_key[1] or base in shipped_profiles()
        if not is_there or base_key in (*passed, key):
            return self._without_base(key[0], base, table)
        return merged(table, self._resolved(base_key, (*passed, key)))

    def _without_base(self, name: str, base: object, table: dict[str, Any]) -> dict[str, Any]:
        known = [other for other in self.names() if other != name]
        self.problems.append(
            ConfigError(
                "a profile is based on one that there is not, or on itself",
                where=Where(file=f"{name}.toml", layer="[profile]"),
                expected=", ".join(known),
                found=f"based_on = {base!r}",
                next_step=nearest(str(base), known) or "correct based_on",
            )
        )
        return table


def shipped_profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with siting, the general one first."""
    names = {entry.name.removesuffix(".toml") for entry in _folder().iterdir()}
    return (GENERAL, *sorted(names - {GENERAL}))


def _folder() -> Traversable:
    return resources.files("siting.criteria") / "profiles"


def _shipped(name: str) -> dict[str, Any]:
    with resources.as_file(_folder() / f"{name}.toml") as path:
        return read_toml(path)


def _unknown_profiles(spec: SuggestSpec, known: Sequence[str], city: City) -> Iterator[ConfigError]:
    """Yield a problem for each profile of ``[suggest.profile_for]`` that there is not."""
    for key, name in spec.profile_for.items():
        if name not in known:
            yield ConfigError(
                f"[suggest.profile_for] gives '{key}' a profile that there is not",
                where=Where(file=city.path.name, layer="[suggest.profile_for]"),
                expected=", ".join(known),
                found=name,
                next_step=nearest(name, known) or f"correct {key}",
            )


def _wrong_weights(
    spec: SuggestSpec, profiles: Mapping[str, Profile], city: City
) -> Iterator[ConfigError]:
    """Yield a problem for the name of no criterion, and for a profile left without weight."""
    where = Where(file=city.path.name, layer="[suggest.weights]")
    known = list(dict.fromkeys(name for each in profiles.values() for name in each.weights))
    for name in spec.weights:
        if name not in known:
            yield ConfigError(
                f"unknown criterion '{name}'",
                where=where,
                expected=", ".join(known),
                found=name,
                next_step=nearest(name, known) or f"remove {name}",
            )
    for profile in profiles.values():
        if not profile.weighted(spec.weights).criteria:
            yield ConfigError(
                f"all weights of the profile '{profile.name}' are 0, so no site is better "
                "than another",
                where=where,
                expected="at least one weight above 0",
                found=", ".join(f"{name} = 0" for name in profile.weights),
                next_step="give at least one criterion a weight",
            )
