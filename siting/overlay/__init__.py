"""The overlay kernel: which geometries overlap, by how much, and how sure that is."""

from siting.overlay.bare import Bare, bare_areas_m2, uncovered, uncovered_each
from siting.overlay.distances import Distances, distances_within
from siting.overlay.exact import exact_overlap_area_m2
from siting.overlay.ground import Ground
from siting.overlay.mitred import mitred
from siting.overlay.pairs import (
    CHECK_WITNESSES,
    Pairs,
    Witness,
    mean_width_m,
    overlap_area_m2,
    overlap_geometries,
    pair_areas,
    prepared,
)
from siting.overlay.polygons import polygons_only
from siting.overlay.unions import union_area_m2, union_of

__all__ = [
    "CHECK_WITNESSES",
    "Bare",
    "Distances",
    "Ground",
    "Pairs",
    "Witness",
    "bare_areas_m2",
    "distances_within",
    "exact_overlap_area_m2",
    "mean_width_m",
    "mitred",
    "overlap_area_m2",
    "overlap_geometries",
    "pair_areas",
    "polygons_only",
    "prepared",
    "uncovered",
    "uncovered_each",
    "union_area_m2",
    "union_of",
]
