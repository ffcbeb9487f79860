"""Cliques say exactly what pairs say, of whole choices, and more of fractions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from siting.allocate.cliques import clique_cover
from siting.allocate.components import components
from siting.allocate.table import Part, Table

from .instances import random_problem


def part_of(owner: list[int], pairs: list[tuple[int, int]]) -> Part:
    count = max(owner) + 1
    return Part(
        rows=np.arange(count),
        columns=np.arange(len(owner)),
        owner=np.array(owner),
        scores=np.ones(len(owner), dtype=np.int64),
        pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        loads=(),
        classes=np.ones(count, dtype=np.int64),
        must=np.zeros(count, dtype=bool),
        previous=np.full(count, -1),
    )


def test_three_that_exclude_each_other_are_one_set():
    cover = clique_cover(part_of([0, 1, 2], [(0, 1), (0, 2), (1, 2)]))
    assert [found.tolist() for found in cover] == [[0, 1, 2]]


def test_a_square_is_not_taken_for_a_clique():
    square = [(0, 1), (1, 2), (2, 3), (0, 3)]
    cover = clique_cover(part_of([0, 1, 2, 3], square))
    assert sorted(tuple(found.tolist()) for found in cover) == sorted(square)


def test_sites_of_one_project_join_a_set_without_a_conflict_between_them():
    cover = clique_cover(part_of([0, 0, 1], [(0, 2), (1, 2)]))
    assert [found.tolist() for found in cover] == [[0, 1, 2]]


@pytest.mark.parametrize("seed", range(40))
def test_the_sets_allow_exactly_the_choices_that_the_pairs_allow(seed):
    draw = np.random.default_rng(seed)
    owner = np.sort(draw.integers(0, 5, size=9)).tolist()
    owner = np.unique(owner, return_inverse=True)[1].tolist()
    pairs = [
        (a, b)
        for a, b in itertools.combinations(range(9), 2)
        if owner[a] != owner[b] and draw.random() < 0.45
    ]
    cover = [set(found.tolist()) for found in clique_cover(part_of(owner, pairs))]
    for bits in range(1 << 9):
        choice = {at for at in range(9) if bits >> at & 1}
        if len({owner[at] for at in choice}) < len(choice):
            continue
        by_pairs = not any(a in choice and b in choice for a, b in pairs)
        assert by_pairs == all(len(choice & found) <= 1 for found in cover)
    assert len(cover) <= len(pairs)


@pytest.mark.parametrize("seed", range(40))
def test_groups_share_neither_a_conflict_nor_a_limit_and_hold_everybody(seed):
    table = Table.of(random_problem(seed))
    everyone = np.arange(len(table.classes))
    part = table.part(
        everyone, table.is_open, must=np.empty(0, np.int64), quotas=range(len(table.loads))
    )
    groups = components(part)
    assert sorted(np.concatenate(groups).tolist()) == everyone.tolist()
    group_of = {row: at for at, rows in enumerate(groups) for row in rows.tolist()}
    for left, right in part.owner[part.pairs].tolist():
        assert group_of[left] == group_of[right]
    for load in part.loads:
        assert len({group_of[row] for row in part.owner[load.columns].tolist()}) == 1
