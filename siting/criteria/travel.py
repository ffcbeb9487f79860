"""How far a site lies from services on the roads: minutes or metres, door to door."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from siting.access import (
    Direction,
    Places,
    Question,
    nearest_services,
    read_speeds,
)
from siting.access import (
    Measure as Least,
)
from siting.config import TableReader
from siting.criteria.base import Found, Measure, Setting, Sites, Wish
from siting.criteria.features import Chosen, Conditions, chosen, where_in
from siting.criteria.roles import roles_in, titles_of, what_in
from siting.criteria.ways import Ways, ways_in
from siting.model import Text


@dataclass(frozen=True)
class Travel(Measure):
    """Minutes or metres on the roads between a site and the nearest service of a role.

    ``what`` is what sentences call such a service ("地铁站", "a metro station"). ``mode`` is one
    of the file of speeds, ``count`` what is least and given, ``direction`` which
    way round; ways over ``most`` (in what is counted) do not count. ``where`` keeps the services
    whose columns have one of the values. Not reached is unknown, and the reason told:
    no road near, an island, one-way streets (docs/access.md).
    """

    kind: ClassVar[str] = "travel"

    role: str
    what: Text
    mode: str = "drive"
    count: str = Least.MINUTES.value
    direction: str = Direction.TO_SERVICE.value
    most: float | None = None
    where: Conditions = ()

    @property
    def unit(self) -> str:
        """Minutes or metres."""
        return "min" if self.count == Least.MINUTES else "m"

    @property
    def needs(self) -> Text:
        """Lines of road, and the services."""
        title = titles_of((self.role,))
        return Text(
            f"道路（线）图层和{title.zh}图层",
            f"a layer of roads (lines) and one of {title.get('en')}",
        )

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``role``, ``what``, ``where``, ``mode``, ``count``, ``direction`` and ``most``."""
        roles = roles_in(reader, "role")
        if len(roles) > 1:
            reader.problem(
                "'role' takes only one role",
                expected='role = "metro_station"',
                found=", ".join(roles),
                next_step="write a criterion for each",
            )
        most = reader.number("most")
        if most is not None and not (math.isfinite(most) and most > 0):
            reader.problem(
                "'most' is no limit",
                expected="minutes or metres over 0",
                found=str(most),
                next_step="correct most, or leave it out",
            )
            most = None
        return {
            "role": roles[0] if roles else "",
            "what": what_in(reader, roles),
            "where": where_in(reader),
            "mode": reader.text("mode", cls.mode),
            "count": reader.choice("count", [each.value for each in Least], cls.count),
            "direction": reader.choice(
                "direction", [each.value for each in Direction], cls.direction
            ),
            "most": most,
        }

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Search the ways of all sites at once; None without roads or services."""
        del wish
        services = chosen(setting, (self.role,), self.where)
        ways = ways_in(setting)
        if ways is None or services is None or not len(services.shapes):
            return None
        graph = ways.graph(self.mode)
        names = tuple(sites.parcels.ids[row] for row in sites.rows.tolist())
        here = ways.places(self.mode, sites.shapes, names, only_main=ways.spec.only_main)
        question = Question(
            self.role,
            Direction(self.direction),
            Least(self.count),
            math.inf if self.most is None else self.most,
        )
        reach = nearest_services(graph, here, self._there(setting, ways, services), question)
        values = reach.minutes if self.count == Least.MINUTES else reach.metres
        reasons = {at: lack.text for at, lack in enumerate(reach.lacks) if lack is not None}
        notes = (*services.notes, *ways.notes(self.mode), *self._roadless(reach.without_road))
        figures = np.asarray(values, dtype=np.float64)
        return Found(figures, notes, reasons, services.doubt(0.0))

    def _there(self, setting: Setting, ways: Ways, services: Chosen) -> Places:
        """Return where the services meet the roads, found once."""
        key = ("services on roads", self.role, self.where, self.mode)
        if key not in setting.kept:
            setting.kept[key] = ways.places(self.mode, services.shapes, services.ids)
        there: Places = setting.kept[key]
        return there

    def _roadless(self, ids: tuple[str, ...]) -> tuple[Text, ...]:
        if not ids:
            return ()
        title = titles_of((self.role,))
        return (
            Text(
                f"{len(ids)} 处{title.zh}附近没有可接的道路，未计入",
                f"{len(ids)} of the {title.get('en')} have no road near and were not counted",
            ),
        )

    def phrase(self, value: float) -> Text:
        """Return "距地铁站步行 6 分钟" or "6 min on foot to a metro station"."""
        mode = _mode_title(self.mode)
        is_time = self.count == Least.MINUTES
        zh = f"{value:.0f} 分钟" if is_time else f"{value:,.0f} m"
        en = f"{value:.0f} min" if is_time else f"{value:,.0f} m"
        is_from = self.direction == Direction.FROM_SERVICE
        before, way = ("自", "from") if is_from else ("距", "to")
        return Text(
            f"{before}{self.what.zh}{mode.zh} {zh}",
            f"{en} {mode.get('en')} {way} {self.what.get('en')}",
        )


@functools.cache  # a sentence for each site names it
def _mode_title(mode: str) -> Text:
    """Return what a mode is called; one of a city's own goes by its name."""
    known = read_speeds().modes
    return known[mode].title if mode in known else Text(mode, mode)
