"""What ``[plan]`` of city.toml asks for, held against what the city has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from siting.city import City, PlanSpec
from siting.config import raise_collected
from siting.errors import ConfigError, SitingError, Where, nearest
from siting.load.words import listed, say
from siting.model import Atlas, Project, Text


@dataclass(frozen=True, slots=True)
class _Asked:
    """One entry of city.toml that names something of the data."""

    place: str
    key: str
    what: Text
    names: tuple[str, ...]
    is_prefix: bool = False

    def unknown(self, known: Collection[str]) -> Iterator[str]:
        """Yield the names that are in nothing of what there is."""
        for name in self.names:
            if self.is_prefix:
                is_known = any(one.startswith(name) for one in known)
            else:
                is_known = name in known
            if not is_known:
                yield name


def require_known(city: City, atlas: Atlas) -> None:
    """Refuse quotas for districts that there are not: codes of the district layer do not change.

    A batch or a use that nobody has is no error: a limit and a distance outlast the ledger of
    today. :func:`notes_of_inputs` tells of it.

    Raises
    ------
    ConfigError, ProblemsError
        With every unknown district, and the nearest one that there is.
    """
    problems: list[SitingError] = [
        _unknown(city, asked, name, known)
        for asked, name, known in _unmatched(city.plan, atlas)
        if asked.key == "districts"
    ]
    raise_collected(say("[plan] 与数据不符", "[plan] does not fit the data"), problems)


def _unmatched(spec: PlanSpec, atlas: Atlas) -> Iterator[tuple[_Asked, str, list[str]]]:
    """Yield what matches nothing, with what there is."""
    projects = atlas.projects
    known = {
        "districts": {str(code) for code in atlas.districts["feature_id"]},
        "batches": {project.batch for project in projects if project.batch},
        "uses": {project.use for project in projects if project.use},
    }
    for asked in _asked(spec):
        there = known["uses" if asked.is_prefix else asked.key]
        for name in asked.unknown(there):
            yield asked, name, sorted(there)


def notes_of_inputs(city: City, atlas: Atlas) -> tuple[Text, ...]:
    """Return what a plan has to say of its inputs: what binds nobody, and whose class is assumed.

    Parameters
    ----------
    city, atlas
        ``[plan]``, and the ledger.
    """
    idle = tuple(
        Text(
            f"{asked.place} 的{asked.what.zh} {name} 目前没有项目涉及",
            f"{asked.place}: no project has the {asked.what.en} '{name}' now",
        )
        for asked, name, _ in _unmatched(city.plan, atlas)
        if asked.key != "districts"
    )
    return (*idle, *notes_of_priorities(atlas.projects))


def _asked(spec: PlanSpec) -> Iterator[_Asked]:
    district, batch = Text("行政区", "district"), Text("批次", "batch")
    use = Text("用地代码（前缀）", "beginning of a use code")
    for quota in spec.quotas:
        place = f"[[plan.quota]] '{quota.name}'"
        yield _Asked(place, "districts", district, quota.districts)
        yield _Asked(place, "batches", batch, quota.batches)
        yield _Asked(place, "uses", use, quota.uses, is_prefix=True)
    for separation in spec.separations:
        place = f"[[plan.separation]] '{separation.name}'"
        yield _Asked(place, "uses", use, separation.uses, is_prefix=True)
        yield _Asked(place, "from_uses", use, separation.from_uses, is_prefix=True)


def _unknown(city: City, asked: _Asked, name: str, known: Sequence[str]) -> ConfigError:
    return ConfigError(
        say(
            f"数据中没有{asked.what.zh} {name}",
            f"the data has no {asked.what.en} '{name}'",
        ),
        where=Where(city.path.name, asked.place, asked.key),
        expected=listed(known) or say("无", "there is none"),
        found=name,
        next_step=nearest(name, known)
        or say("更正该值，或删去该项", "correct it, or remove the entry: it would bind nothing"),
    )


def notes_of_priorities(projects: Iterable[Project]) -> tuple[Text, ...]:
    """Return what a plan has to say of projects that state no priority where others do."""
    assumed = [project for project in projects if project.is_priority_assumed]
    if not assumed:
        return ()
    ids = listed(project.id for project in assumed)
    lowest = assumed[0].priority
    return (
        Text(
            f"{len(assumed)} 个项目未填优先级，按最低一级（{lowest}）计：{ids}",
            f"{len(assumed)} project(s) without a priority stand in the lowest class ({lowest}): "
            f"{ids}",
        ),
    )
