"""Measures that read the states of land: acquired, planned, existing land, whose it is.

A state is a text of the parcel layer. Words in it say how far it has come, as a share of 1; a
text that holds none of them is unknown, and so is an empty one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from siting.candidates import Parcels
from siting.city import SuggestSpec
from siting.config import TableReader
from siting.criteria.base import Floats, Found, Measure, Setting, Sites, Wish
from siting.model import Text

Words = tuple[tuple[float, tuple[str, ...]], ...]
"""Shares, each with the words that mean it, in the order in which they are tried."""

#: Of the state of acquisition (征收收储). What is not done is tried before what is.
ACQUISITION_WORDS: Words = (
    (1.0, ("无需", "不需")),
    (0.0, ("未", "无", "not ", "none")),
    (0.5, ("部分", "正在", "征收中", "收储中", "整理中", "进行中", "partly", "under way")),
    (1.0, ("已", "完成", "收储", "储备", "acquired", "banked")),
)
#: Of the state of the detailed plan (控规).
PLAN_STATE_WORDS: Words = (
    (0.0, ("未编", "未批", "未覆盖", "无", "not approved", "no plan", "none")),
    (0.5, ("编制", "在编", "修编", "修改", "调整", "报批", "草案", "draft", "under")),
    (1.0, ("已批", "批复", "批准", "生效", "approved", "adopted")),
)
#: Of the state of supply: 1 is land that is built on or approved already (存量), 0 is new land. Of
#: a site on several parcels the texts stand side by side, so the worse words come first.
SUPPLY_WORDS: Words = (
    (0.0, ("新增", "未报批", "未利用", "new land")),
    (1.0, ("批而未供", "供而未用", "闲置", "低效", "存量", "储备", "收回", "existing", "idle")),
    (0.5, ("未供", "not supplied")),
)
#: Of ownership: 1 is land of the state. Words of digits alone are the survey's codes of QSXZ.
OWNERSHIP_WORDS: Words = (
    (0.0, ("集体", "私", "30", "31", "32", "33", "34", "40", "41", "collective", "private")),
    (1.0, ("国有", "国家", "10", "20", "21", "state", "public", "city")),
)
_YES = ("1", "true", "yes", "y", "是", "有", "已入库", "在库")


def state_share(text: str, words: Words) -> float | None:
    """Return the share that a state in words means, or None when it is empty or unknown.

    A word of digits is a code and must be the whole text: 10 is not in 310.
    """
    lowered = text.strip().lower()
    for share, hints in words:
        if any(hint == lowered if hint.isdigit() else hint in lowered for hint in hints):
            return share
    return None


def is_yes(text: str) -> bool:
    """True when a cell says yes (是, 1, true …)."""
    return text.strip().lower() in _YES


def _shares(texts: Sequence[str], words: Words) -> Floats:
    """Return the share of each text, NaN where it is unknown; a city has few different ones."""
    known = {text: state_share(text, words) for text in set(texts)}
    found = [known[text] for text in texts]
    return np.array([np.nan if share is None else share for share in found], dtype=np.float64)


def plan_state_of(row: int, parcels: Parcels, spec: SuggestSpec) -> str:
    """Return the plan state of a parcel: its own column, else that of its zone."""
    if spec.plan_state_column in parcels.texts:
        return parcels.text(spec.plan_state_column, row)
    return str(parcels.zoned.plan_state[row])


def acquired(sites: Sites, spec: SuggestSpec) -> Floats | None:
    """Return how far sites are acquired: 1 done or in the land bank, 0.5 under way, 0 not.

    NaN where the state is unknown; None where city.toml names neither column. Land that somebody
    holds must be taken back, whatever was once acquired.
    """
    if not (spec.acquisition_column or spec.land_bank_column):
        return None
    shares = _shares(sites.texts(spec.acquisition_column), ACQUISITION_WORDS)
    is_banked = _shares(sites.texts(spec.land_bank_column), ((1.0, _YES),)) == 1
    shares[is_banked] = 1.0
    if sites.parcels.is_held is not None:
        shares[sites.parcels.is_held[sites.rows]] = 0.0
    return shares


@dataclass(frozen=True)
class _State(Measure):
    """A share of 1; its criterion needs columns of the parcel layer."""

    @property
    def unit(self) -> str:
        """A share of 1."""
        return "share"


@dataclass(frozen=True)
class Acquisition(_State):
    """How far the land is acquired (征收收储): see :func:`acquired`."""

    kind: ClassVar[str] = "acquisition"

    @property
    def needs(self) -> Text:
        """A column."""
        return Text("征收收储字段", "a column of the acquisition state")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Read the states; None where city.toml names neither column."""
        del wish
        shares = acquired(sites, setting.city.suggest)
        return None if shares is None else Found(shares)

    def phrase(self, value: float) -> Text:
        """Return "征收收储已完成"."""
        if value >= 1:
            return Text("征收收储已完成", "acquired")
        if value > 0:
            return Text("征收收储进行中", "acquisition under way")
        return Text("尚未征收收储", "not acquired")


@dataclass(frozen=True)
class PlanState(_State):
    """How far the detailed plan (控规) is: 1 approved, 0.5 being drawn up, 0 none."""

    kind: ClassVar[str] = "plan_state"

    @property
    def needs(self) -> Text:
        """A column."""
        return Text("控规状态字段", "a column of the plan state")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Read the states; None where no parcel of the table has one."""
        del wish
        parcels, spec = sites.parcels, setting.city.suggest
        own = parcels.texts.get(spec.plan_state_column)
        states = parcels.zoned.plan_state if own is None else own
        if not any(states):
            return None
        return Found(_shares([str(states[row]) for row in sites.rows.tolist()], PLAN_STATE_WORDS))

    def phrase(self, value: float) -> Text:
        """Return "控规已批"."""
        if value >= 1:
            return Text("控规已批", "plan approved")
        if value > 0:
            return Text("控规编制中", "plan being drawn up")
        return Text("无已批控规", "no approved plan")


@dataclass(frozen=True)
class _Worded(_State):
    """A state whose words a profile may give."""

    words: Words

    default_words: ClassVar[Words] = ()

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``words``: pairs of a share and the words that mean it, in the order tried."""
        return {"words": _words(reader) or cls.default_words}


def _words(reader: TableReader) -> Words:
    """Read ``words = [{ share = 1.0, any = ["批而未供"] }, …]``."""
    words: list[tuple[float, tuple[str, ...]]] = []
    for entry in reader.tables("words", label="share"):
        share, hints = entry.number("share"), entry.texts("any")
        if share is None or not 0 <= share <= 1 or not hints:
            entry.problem(
                "words without a share from 0 to 1, or a share without words",
                expected='{ share = 1.0, any = ["…"] }',
                next_step="correct share and any",
            )
        else:
            words.append((share, tuple(hint.lower() for hint in hints)))
        entry.finish()
    return tuple(words)


@dataclass(frozen=True)
class SupplyState(_Worded):
    """Existing land before new land (增存挂钩): 1 existing, 0 new.

    Land of the bank and of the classes idle, low-efficiency and renewal is existing; of all other
    land the words of ``supply_column`` decide.
    """

    kind: ClassVar[str] = "supply_state"
    default_words: ClassVar[Words] = SUPPLY_WORDS

    @property
    def needs(self) -> Text:
        """A column."""
        return Text(
            "供应状态、存量类别或储备字段", "a column of the supply state, class or land bank"
        )

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Read the states; None where city.toml names no column that tells."""
        del wish
        spec, parcels = setting.city.suggest, sites.parcels
        if not (spec.supply_column or spec.land_bank_column or spec.class_column):
            return None
        shares = _shares(sites.texts(spec.supply_column), self.words)
        if parcels.classes:
            # of a site on several parcels the class may be that of one, so known words go before
            is_classed = np.array([bool(parcels.classes[row]) for row in sites.rows.tolist()], bool)
            shares[is_classed & np.isnan(shares)] = 1.0
        shares[_shares(sites.texts(spec.land_bank_column), ((1.0, _YES),)) == 1] = 1.0
        return Found(shares)

    def phrase(self, value: float) -> Text:
        """Return "存量用地"."""
        if value >= 1:
            return Text("属存量用地", "existing land")
        if value > 0:
            return Text("未供应，存量与否未载明", "not supplied, existing or new not stated")
        return Text("属新增用地", "new land")


@dataclass(frozen=True)
class Ownership(_Worded):
    """Whose the land is: 1 of the state (国有), 0 collective or private."""

    kind: ClassVar[str] = "ownership"
    default_words: ClassVar[Words] = OWNERSHIP_WORDS

    @property
    def needs(self) -> Text:
        """A column."""
        return Text("权属字段", "a column of the ownership")

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Read the entries; None without ``ownership_column``."""
        del wish
        column = setting.city.suggest.ownership_column
        return Found(_shares(sites.texts(column), self.words)) if column else None

    def phrase(self, value: float) -> Text:
        """Return "国有土地"."""
        if value >= 1:
            return Text("国有土地", "state-owned land")
        if value > 0:
            return Text("权属部分为国有", "partly state-owned land")
        return Text("非国有土地", "land that is not the state's")
