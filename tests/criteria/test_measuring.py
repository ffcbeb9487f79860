"""Each measure is asked once for each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import shapely

from siting.criteria import Found, Gauge, Measure, Setting, Sites, Wish
from siting.model import Text

from .made import parcels_of, setting_of, wish_of

PARCELS = parcels_of([shapely.box(i, 0, i + 1, 1) for i in range(5)])
WISH = wish_of()


@dataclass(frozen=True)
class Counted(Measure):
    """The row's number and a bit; row 3 is unknown."""

    kind: ClassVar[str] = "counted"

    asked: list[list[int]] = field(default_factory=list, hash=False, compare=False)
    is_there: bool = True

    @property
    def unit(self) -> str:
        return "m"

    @property
    def needs(self) -> Text:
        return Text("数")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        self.asked.append(sites.rows.tolist())
        if not self.is_there:
            return None
        values = np.where(sites.rows == 3, np.nan, sites.rows + 0.00006)
        reasons = {at: Text("不知") for at in np.flatnonzero(sites.rows == 3).tolist()}
        return Found(values, (Text("有数"),), reasons)

    def phrase(self, value: float) -> Text:
        return Text(str(value))


def rows(*some: int) -> np.ndarray:
    return np.array(some, dtype=np.int64)


def test_a_row_is_measured_once_and_rounded() -> None:
    measure, gauge = Counted(), Gauge(PARCELS, setting_of())
    gauge.ask(measure, rows(4, 1))
    found = gauge.of(measure, rows(1, 4, 2), WISH)
    assert measure.asked == [[1, 4], [2]]
    assert found is not None
    assert found.values.tolist() == [1.0001, 4.0001, 2.0001]
    assert found.notes == (Text("有数"),)


def test_what_is_unknown_keeps_its_reason_at_its_place() -> None:
    measure, gauge = Counted(), Gauge(PARCELS, setting_of())
    gauge.ask(measure, rows(3, 2))
    found = gauge.of(measure, rows(0, 2, 3), WISH)
    assert found is not None
    assert np.isnan(found.values).tolist() == [False, False, True]
    assert found.reasons == {2: Text("不知")}


def test_nothing_to_measure_with_is_asked_once_also_for_no_rows() -> None:
    measure, gauge = Counted(is_there=False), Gauge(PARCELS, setting_of())
    assert gauge.of(measure, rows(), WISH) is None
    assert gauge.of(measure, rows(1), WISH) is None
    assert measure.asked == [[]]


def test_no_rows_of_something_there_are_no_figures() -> None:
    found = Gauge(PARCELS, setting_of()).of(Counted(), rows(), WISH)
    assert found is not None
    assert found.values.tolist() == []
