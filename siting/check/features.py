"""Hashes by which two reports can tell whether a feature or a crosswalk is still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely

from siting.model import Finding, Layer, RedLine
from siting.rules.base import Surroundings
from siting.rules.rivals import RED_LINES_LAYER

_SEPARATOR = "\x1f"


def with_feature_prints(
    findings: Sequence[Finding], around: Surroundings, red_lines: Sequence[RedLine]
) -> tuple[Finding, ...]:
    """Return the findings with the hash of the feature that each one names.

    Only features that were found are hashed, each once: shape as loaded (2D, working CRS)
    and all kept columns. A finding without a feature, or on several layers as one, has none.
    """
    wanted: dict[str, set[str]] = {}
    for finding in findings:
        if finding.feature_id:
            wanted.setdefault(finding.layer, set()).add(finding.feature_id)
    prints = {
        (layer.name, feature_id): digest
        for layers in around.layers.values()
        for layer in layers
        for feature_id, digest in _layer_prints(layer, wanted.get(layer.name, set())).items()
    }
    for line in red_lines:
        if line.id in wanted.get(RED_LINES_LAYER, set()):
            prints[(RED_LINES_LAYER, line.id)] = _digest(line.geometry, (line.project_id,))
    return tuple(
        replace(finding, feature_sha256=prints.get((finding.layer, finding.feature_id), ""))
        for finding in findings
    )


def _layer_prints(layer: Layer, wanted: set[str]) -> dict[str, str]:
    rows = layer.features
    if rows is None or not wanted:
        return {}
    at = np.flatnonzero([feature_id in wanted for feature_id in rows.ids()])
    columns = [rows.values_at(name, at) for name in rows.columns]
    ids = rows.values_at("feature_id", at)
    return {
        feature_id: _digest(shape, values[1:])
        for feature_id, shape, values in zip(
            ids, rows.shapes_at(at), zip(ids, *columns, strict=True), strict=True
        )
    }


def _digest(shape: shapely.Geometry, values: Sequence[object]) -> str:
    wkb = shapely.to_wkb(shape, byte_order=1, output_dimension=2)
    return hashlib.sha256(wkb + _SEPARATOR.join(map(str, values)).encode()).hexdigest()


def crosswalks_sha256(crosswalks: Mapping[tuple[str, str], Mapping[str, str]]) -> str:
    """Return a hash of a rule book's crosswalks; the order of their rows does not count."""
    content = [[*key, sorted(codes.items())] for key, codes in sorted(crosswalks.items())]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
