"""Parcels (宗地) and the plan (控规) of the sample city: attributes for blocks and lots."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from siting.sample import codes
from siting.sample.districts import Cells
from siting.sample.ground import Geometries, Ground
from siting.sample.lots import Lots

Texts = NDArray[np.str_]
STREETS = (
    "文明",
    "滘口",
    "埗头",
    "涌边",
    "榕树",
    "学宫",
    "江湾",
    "新塱",
    "茶亭",
    "莲塘",
    "工业",
    "朝阳",
)


def block_kinds(cells: Cells, lots: Lots) -> Texts:
    """Return the kind of each block: that of its cell, or ``village``."""
    return np.where(lots.block_is_village, "village", cells.kinds[lots.block_cell])


def plan_blocks(ground: Ground, cells: Cells, lots: Lots) -> pd.DataFrame:
    """Return the plan, one row per block in their order: use, indices and plan state.

    Neighbouring blocks of a works area lean to the same use, as real zoning does.
    """
    rng = ground.rng("plan")
    kinds = block_kinds(cells, lots)
    count = len(kinds)
    draw = rng.random(count)
    use = np.full(count, "0703", dtype="U6")
    state = np.full(count, "无", dtype="U2")
    for kind, shares in codes.PLANNED_USES.items():
        here = kinds == kind
        use[here] = _pick(draw[here], tuple(shares), tuple(shares.values()))
        states = codes.PLAN_STATE_SHARES[kind]
        state[here] = _pick(rng.random(int(here.sum())), codes.PLAN_STATES, states)
    index = np.array([codes.PLAN_INDICES[code[:2]] for code in use], dtype=float)
    swing = rng.integers(-2, 3, count)
    return pd.DataFrame(
        {
            "DKBH": _numbers(cells.district[lots.block_cell], "GH"),
            "YDDM": use,
            "YDMC": [codes.PLAN_NAMES[code] for code in use],
            "RJL": np.round(index[:, 0] * (1 + 0.1 * swing), 1),
            "JZMD": (index[:, 1] + swing).astype(int),
            "JZGD": np.round(index[:, 2] * (1 + 0.1 * swing)).astype(int),
            "LDL": (index[:, 3] - swing).astype(int),
            "GHZT": state,
        }
    )


def parcel_rows(ground: Ground, cells: Cells, lots: Lots, plan: pd.DataFrame) -> pd.DataFrame:
    """Return one row per lot: use, ownership, supply, acquisition, land bank, place, area."""
    rng = ground.rng("parcels")
    block = lots.lot_block
    cell = lots.block_cell[block]
    kinds = block_kinds(cells, lots)[block]
    count = len(block)
    supply = np.full(count, "已登记", dtype="U4")
    for kind, shares in codes.SUPPLY.items():
        here = kinds == kind
        supply[here] = _pick(rng.random(int(here.sum())), codes.SUPPLY_STATES, shares)
    is_free = np.isin(supply, codes.AVAILABLE_STATES)
    use = plan["YDDM"].to_numpy(dtype="U6")[block]
    # a few supplied lots keep a use older than the plan
    is_older = ~is_free & (rng.random(count) < 0.05) & (kinds != "village")
    use = np.where(is_older, "0701", use)
    is_village = kinds == "village"
    district, town = cells.district[cell], cells.town[cell]
    acquired = _acquisition(rng.random(count), supply, is_village)
    banked = is_free & (acquired == "已征收") & (rng.random(count) < 0.8)
    return pd.DataFrame(
        {
            "ZDDM": _numbers(district, "GB"),
            "ZL": _addresses(rng, town, is_village),
            "YTDM": use,
            "YTMC": [codes.PLAN_NAMES[code] for code in use],
            "QSXZ": np.where(is_village | (is_free & (acquired != "已征收")), "集体", "国有"),
            "GDZT": supply,
            "ZSZT": acquired,
            "SFCB": np.where(banked, "是", "否"),
            "KGZT": plan["GHZT"].to_numpy(dtype="U2")[block],
            "XZQDM": district,
            "ZJMC": town,
            "MJ": np.round(shapely.area(lots.lot_polygons), 2),
        }
    )


def _acquisition(draw: NDArray[np.float64], supply: Texts, is_village: NDArray[np.bool_]) -> Texts:
    state = np.full(len(draw), "已征收", dtype="U3")
    raw = supply == "未供"
    state[raw & (draw < 0.45)] = "征收中"
    state[raw & (draw < 0.2)] = "未征收"
    state[is_village] = "未征收"
    return state


def _addresses(rng: np.random.Generator, town: Texts, is_village: NDArray[np.bool_]) -> list[str]:
    street = np.array(STREETS)[rng.integers(0, len(STREETS), len(town))]
    number = rng.integers(1, 399, len(town))
    return [
        f"{place}{name}村{house}号" if rural else f"{place}{name}路{house}号"
        for place, name, house, rural in zip(town, street, number, is_village, strict=True)
    ]


def _pick(draw: NDArray[np.float64], values: tuple[str, ...], shares: tuple[float, ...]) -> Texts:
    edges = np.cumsum(shares) / np.sum(shares)
    place = np.minimum(np.searchsorted(edges, draw, side="right"), len(values) - 1)
    picked: Texts = np.array(values)[place]
    return picked


def _numbers(district: Texts, mark: str) -> list[str]:
    """Return codes that run through each district: 449901 GB 00001."""
    order = pd.Series(district).groupby(district).cumcount().to_numpy() + 1
    return [f"{code}{mark}{number:06d}" for code, number in zip(district, order, strict=True)]


def representative_points(polygons: Geometries) -> NDArray[np.float64]:
    """Return (n, 2) points inside the polygons."""
    points: NDArray[np.float64] = shapely.get_coordinates(shapely.point_on_surface(polygons))
    return points
