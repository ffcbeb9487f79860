"""Error bands: between what an overlap lies when positions are only as good as stated.

The layer's stated accuracy and the red line's are standard deviations of positions
(中误差) of independent surveys, so they add by their squares (JCGM 100:2008, 5.1.2, eq. 10:
the law of propagation of uncertainty for uncorrelated quantities). With that one sigma the
feature is shrunk and grown (a disc of radius sigma, round joins), the red line stays as it
is, and the overlap of both is measured by the same witnessed engine as the overlap itself.

A band words a finding. It changes no status, no severity, no sliver mark and no area.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.model import Band, Finding, Layer, RedLine, Text
from siting.overlay import Witness, bare_areas_m2, pair_areas, uncovered_each
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.rivals import RED_LINES_LAYER
from siting.rules.setback import QUARTER_SEGMENTS

#: Segments per quarter circle of a feature's grown corners: inscribed, so the radius is short
#: of sigma by at most 1 - cos(90°/32) = 0.12 %.
BAND_QUARTER_SEGMENTS = 16
#: A feature with more vertices is cut to the surroundings of the red line before it is shrunk.
CUT_FROM_VERTICES = 1_000
#: Less than the report's own last digit moves no edge: GEOS shrinks a polygon by 1e-38 m to
#: nothing, which would read as an overlap that is only possible.
SMALLEST_SIGMA_M = 1e-4
#: What is kept around a red line beyond all that the band can reach, metres.
MARGIN_M = 1.0

#: Layer, feature, red line where the feature was cut for it, and by how much it was moved.
_Key = tuple[str, str, str, float]
#: Finding and moved feature -> m².
_Areas = dict[tuple[str, _Key], float]


@dataclass(frozen=True, eq=False, slots=True)
class _Case:
    """One overlap: what the red line lies on (or leaves), and how well both are known."""

    finding: Finding
    line: RedLine
    shapes: tuple[BaseGeometry, ...]
    sigma_m: float | None
    missing: Text | None = None


def with_bands(
    rule: Rule,
    findings: Sequence[Finding],
    subjects: Sequence[Subject],
    around: Surroundings,
) -> tuple[Finding, ...]:
    """Return the findings of one rule with their bands, or with why they have none.

    Parameters
    ----------
    rule
        A rule of the kinds overlap, zoning, rivals, setback or inside; findings of the other
        kinds are no overlaps and stay as they are.
    findings, subjects, around
        As :func:`siting.rules.verdicts.judge` took and gave them.
    """
    lines = {subject.red_line.id: subject.red_line for subject in subjects}
    cases = _cases(rule, findings, lines, around)
    known = [case for case in cases.values() if case.sigma_m is not None]
    bands = _bands(rule, known, around.witness) if known else {}
    return tuple(
        _worded(rule, finding, cases.get(finding.id), bands.get(finding.id)) for finding in findings
    )


def combined_sigma_m(accuracies_m: Sequence[float]) -> float:
    """Return the standard deviation of a difference of independent positions, metres."""
    return math.hypot(*accuracies_m)


def _cases(
    rule: Rule,
    findings: Sequence[Finding],
    lines: Mapping[str, RedLine],
    around: Surroundings,
) -> dict[str, _Case]:
    """Return the overlaps among the findings by finding id."""
    overlaps = [f for f in findings if f.layer and f.area_m2 is not None and f.unit in {"m2", "m"}]
    if not overlaps:
        return {}
    layers = {layer.name: layer for layer in around.layers.get(_role(rule), ())}
    shapes = _shapes(overlaps, layers, around)
    rivals = {line.id: line.accuracy_m for line in around.others}
    cases = {}
    for finding in overlaps:
        line = lines[finding.red_line_id]
        if finding.layer == RED_LINES_LAYER:
            stated = {f"红线 {finding.feature_id}": rivals.get(finding.feature_id)}
        else:
            # the part outside a boundary is found on all layers of the role together
            named = [layers[finding.layer]] if finding.layer in layers else list(layers.values())
            stated = {layer.name: layer.source.accuracy_m for layer in named}
        found = shapes.get((finding.layer, finding.feature_id))
        if not finding.feature_id:
            found = _cover(finding, line, layers)
        if found is not None:
            sigma_m, missing = _sigma(line, stated)
            cases[finding.id] = _Case(finding, line, found, sigma_m, missing)
    return cases


def _role(rule: Rule) -> str:
    return rule.needs[0] if rule.needs else ""


def _shapes(
    findings: Sequence[Finding], layers: Mapping[str, Layer], around: Surroundings
) -> dict[tuple[str, str], tuple[BaseGeometry, ...]]:
    """Return the shapes of the features that findings name, by layer and id."""
    wanted: dict[str, set[str]] = {}
    for finding in findings:
        if finding.feature_id:
            wanted.setdefault(finding.layer, set()).add(finding.feature_id)
    shapes: dict[tuple[str, str], tuple[BaseGeometry, ...]] = {
        (RED_LINES_LAYER, line.id): (line.geometry,)
        for line in around.others
        if line.id in wanted.get(RED_LINES_LAYER, ())
    }
    for name, layer in layers.items():
        rows = layer.features
        if rows is None or name not in wanted:
            continue
        ids = rows.ids()
        at = np.flatnonzero([feature_id in wanted[name] for feature_id in ids])
        for row, shape in zip(at.tolist(), rows.shapes_at(at), strict=True):
            shapes[(name, ids[row])] = (shape,)
    return shapes


def _cover(
    finding: Finding, line: RedLine, layers: Mapping[str, Layer]
) -> tuple[BaseGeometry, ...]:
    """Return the features that a red line should lie within, those near it."""
    named = [layers[finding.layer]] if finding.layer in layers else list(layers.values())
    found: list[BaseGeometry] = []
    for layer in named:
        if layer.features is not None:
            reach = line.geometry.buffer(_reach_m(layer, line))
            near = layer.features.near(shapely.bounds(reach).reshape(-1, 4))
            found.extend(layer.features.shapes_at(near))
    return tuple(found)


def _reach_m(layer: Layer, line: RedLine) -> float:
    return band_reach_m(layer.source.accuracy_m, line.accuracy_m)


def band_reach_m(layer_m: float | None, line_m: float | None) -> float:
    """Return how far from a red line a band looks, by the accuracies of both, metres."""
    return 2 * ((layer_m or 0.0) + (line_m or 0.0)) + MARGIN_M


def _sigma(line: RedLine, stated: Mapping[str, float | None]) -> tuple[float | None, Text | None]:
    """Return the combined standard deviation, or which accuracy nobody states."""
    unknown = [name for name, accuracy_m in sorted(stated.items()) if accuracy_m is None]
    known = [accuracy_m for accuracy_m in stated.values() if accuracy_m is not None]
    if line.accuracy_m is not None and known and not unknown:
        # of several layers that are one boundary, the worst
        return combined_sigma_m((line.accuracy_m, max(known))), None
    missing = ([f"红线 {line.id}"] if line.accuracy_m is None else []) + unknown
    names = "、".join(missing)
    return None, Text(
        f"未声明精度（accuracy_m），不给误差带：{names}",
        f"no error band, the accuracy (accuracy_m) is not stated: {names}",
    )


def _bands(rule: Rule, cases: Sequence[_Case], witness: Witness) -> dict[str, Band]:
    """Return the bands of the overlaps under one rule by finding id.

    A feature under many red lines is moved once, and all pairs are measured in one call.
    """
    keys = [(_key(rule, case, -1.0), _key(rule, case, 1.0)) for case in cases]
    moved: dict[_Key, BaseGeometry] = {}
    for case, both in zip(cases, keys, strict=True):
        for key, sign in zip(both, (-1.0, 1.0), strict=True):
            if key not in moved:
                moved[key] = _moved(rule, case, sign)
    areas = _overlaps_m2(cases, keys, moved, witness) | _bare_m2(cases, keys, moved, witness)
    return {
        case.finding.id: _band(case, sorted(areas.get((case.finding.id, key), 0.0) for key in both))
        for case, both in zip(cases, keys, strict=True)
    }


def _overlaps_m2(
    cases: Sequence[_Case],
    keys: Sequence[tuple[_Key, _Key]],
    moved: Mapping[_Key, BaseGeometry],
    witness: Witness,
) -> _Areas:
    """Return the overlap of each red line with its own moved features where they overlap, m²."""
    inside = [
        (case, key)
        for case, both in zip(cases, keys, strict=True)
        if not _is_outside(case)
        for key in dict.fromkeys(both)
    ]
    lines = {case.line.id: case.line.geometry for case, _ in inside}
    rows = {line_id: row for row, line_id in enumerate(lines)}
    columns = {key: column for column, key in enumerate(dict.fromkeys(key for _, key in inside))}
    at = [(rows[case.line.id], columns[key]) for case, key in inside]
    names = {pair: (case.finding.id, key) for pair, (case, key) in zip(at, inside, strict=True)}
    if not at:
        return {}
    left, right = np.array(sorted(names), dtype=np.int64).T
    pairs = pair_areas(
        np.array(list(lines.values()), dtype=object),
        np.array([moved[key] for key in columns], dtype=object),
        # the kernel's areas have a proven bound: witnesses are heard where a touch is in doubt
        witness="all" if witness == "all" else "doubtful",
        at=(left, right),
    )
    found = zip(pairs.left.tolist(), pairs.right.tolist(), pairs.area_m2.tolist(), strict=True)
    return {names[(row, column)]: area_m2 for row, column, area_m2 in found}


def _bare_m2(
    cases: Sequence[_Case],
    keys: Sequence[tuple[_Key, _Key]],
    moved: Mapping[_Key, BaseGeometry],
    witness: Witness,
) -> _Areas:
    """Return what the moved boundary leaves bare of each red line that leaves it, m²."""
    outside = [
        (case, key)
        for case, both in zip(cases, keys, strict=True)
        if _is_outside(case)
        for key in both
    ]
    lines = np.array([case.line.geometry for case, _ in outside], dtype=object)
    covers = np.array([moved[key] for _, key in outside], dtype=object)
    if witness == "all":
        every = np.arange(len(outside))
        bare = uncovered_each(lines, covers, (every, every), witness=witness)
        areas_m2 = [each.area_m2 for each in bare]
    else:
        areas_m2 = bare_areas_m2(lines, covers).tolist()
    return {
        (case.finding.id, key): area_m2
        for (case, key), area_m2 in zip(outside, areas_m2, strict=True)
    }


def _is_outside(case: _Case) -> bool:
    """True where the finding is what lies outside its features, not on one of them."""
    return not case.finding.feature_id


def _key(rule: Rule, case: _Case, sign: float) -> _Key:
    """Return what a moved feature depends on; where it is cut, on the red line as well."""
    is_cut = _is_outside(case) or any(_is_large(shape) for shape in case.shapes)
    line_id = case.line.id if is_cut else ""
    radius_m = _limit_m(rule, case) + sign * (case.sigma_m or 0.0)
    return case.finding.layer, case.finding.feature_id, line_id, radius_m


def _limit_m(rule: Rule, case: _Case) -> float:
    return (case.finding.limit or 0.0) if rule.kind == "setback" else 0.0


def _is_large(shape: BaseGeometry) -> bool:
    return int(shapely.get_num_coordinates(shape)) > CUT_FROM_VERTICES


def _moved(rule: Rule, case: _Case, sign: float) -> BaseGeometry:
    """Return the feature shrunk (-1) or grown (+1) by sigma; of a setback its zone.

    What several features of one boundary share is no edge of it, so those are put together.
    """
    limit_m = _limit_m(rule, case)
    segments = QUARTER_SEGMENTS if rule.kind == "setback" else BAND_QUARTER_SEGMENTS
    near = [_near(each, case, limit_m) for each in case.shapes]
    shape = near[0] if len(near) == 1 else shapely.union_all(np.array(near, dtype=object))
    return shapely.buffer(shape, limit_m + sign * (case.sigma_m or 0.0), quad_segs=segments)


def _near(shape: BaseGeometry, case: _Case, limit_m: float) -> BaseGeometry:
    """Cut a large feature to what the band of this red line can see of it."""
    if not _is_large(shape):
        return shape
    west, south, east, north = case.line.geometry.bounds
    reach_m = limit_m + 2 * (case.sigma_m or 0.0) + MARGIN_M
    box = shapely.box(west - reach_m, south - reach_m, east + reach_m, north + reach_m)
    return shapely.intersection(shape, box)


def _band(case: _Case, edges_m2: Sequence[float]) -> Band:
    """Return the band, which holds the area of record to the last digit."""
    area_m2 = case.finding.area_m2 or 0.0
    sigma_m = case.sigma_m or 0.0
    if sigma_m < SMALLEST_SIGMA_M:
        return Band(sigma_m, area_m2, area_m2)
    low_m2, high_m2 = float(edges_m2[0]), float(edges_m2[1])
    return Band(sigma_m, min(low_m2, area_m2), max(high_m2, area_m2))


def _worded(rule: Rule, finding: Finding, case: _Case | None, band: Band | None) -> Finding:
    """Return the finding with its band; what is only possible says so in its message."""
    if band is None:
        return finding if case is None else replace(finding, band_missing=case.missing)
    said = _certainty(rule, finding, band)
    message = Text(f"{finding.message.zh}{said.zh}", f"{finding.message.en}{said.en}")
    return replace(finding, band=band, message=message)


def _certainty(rule: Rule, finding: Finding, band: Band) -> Text:
    if band.is_certain:
        return Text("")
    sigma = f"{band.sigma_m:.2f} m"
    reach = f"0–{band.area_m2_max:,.2f} m²"
    width = finding.mean_width_m
    strip_zh = strip_en = ""
    if width is not None and width < band.sigma_m:
        strip_zh = f"细条平均宽 {width:.2f} m，"
        strip_en = f"a strip of mean width {width:.2f} m, "
    survey_zh = "，建议实测确认" if rule.has_zero_tolerance else ""
    survey_en = ": confirm by survey" if rule.has_zero_tolerance else ""
    return Text(
        f"（{strip_zh}在误差带 ±{sigma} 之内，{reach}，可能冲突{survey_zh}）",
        f" ({strip_en}within the error band of ±{sigma}, {reach}: possible{survey_en})",
    )
