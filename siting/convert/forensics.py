"""What a file's coordinates could be: each hypothesis with its evidence, on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from siting.city import date_of, read_city
from siting.convert.source import read_collection
from siting.crs import crs_label
from siting.errors import MissingCRSError, ReadError, Where
from siting.load.child import Reader
from siting.load.forensic.changes import Pairs
from siting.load.forensic.coincidence import Coincidence
from siting.load.forensic.evidence import Inquiry, Tally, inquire
from siting.load.forensic.ground import Witnesses
from siting.load.forensic.hypotheses import Place
from siting.load.forensic.plots import declared_crs, pairs_of
from siting.load.formats import Format, format_of
from siting.load.redline_txt import read_red_line_txt
from siting.load.txt_axes import Ground
from siting.load.words import say


@dataclass(frozen=True, eq=False, slots=True)
class LayerInquiry:
    """The evidence for one layer (or for the plots of a TXT that name one CRS)."""

    name: str
    rows: int
    inquiry: Inquiry
    coincidences: tuple[Coincidence, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The id of what the evidence decides for, or an empty text where it does not.

        The outline decides alone when only one hypothesis fits; else the second evidence,
        when it speaks for one and nothing speaks for another.
        """
        if self.inquiry.best is not None and not self.inquiry.rivals:
            return self.inquiry.best.hypothesis.id
        decided = {each.decided for each in self.coincidences if each.decided}
        return decided.pop() if len(decided) == 1 else ""


@dataclass(frozen=True, eq=False, slots=True)
class ForensicReport:
    """What was found out about a file."""

    name: str
    format: str
    layers: tuple[LayerInquiry, ...]

    @property
    def is_as_declared(self) -> bool:
        """True when every layer fits the city as declared, alone or among others."""
        return all(_fits_as_declared(layer) for layer in self.layers)


def _fits_as_declared(layer: LayerInquiry) -> bool:
    as_declared, best = layer.inquiry.as_declared, layer.inquiry.best
    if as_declared is None or best is None or layer.verdict not in {"", "as_declared"}:
        return False
    return as_declared in (best, *layer.inquiry.rivals)


def forensics(
    source: str | Path,
    city: str | Path,
    *,
    as_of: dt.date | None = None,
    data_dir: str | Path | None = None,
    layer: str = "",
    crs: str = "",
) -> ForensicReport:
    """Try every hypothesis on the coordinates of a file; nothing is changed.

    Parameters
    ----------
    source
        The file, in any format that siting reads.
    city
        The city.toml whose outline, districts and parcels are the evidence.
    as_of, data_dir
        As for a study: which versions of them are in force, and where they lie.
    layer
        Which layer, where a file has several; without it each.
    crs
        The CRS, where the file carries none; without it the city's is tried as the declared.

    Raises
    ------
    SitingError
        When the file cannot be read or has no coordinates, or the city cannot be used.
    """
    path = Path(source)
    read = read_city(Path(city), data_dir=None if data_dir is None else Path(data_dir))
    date = date_of(read, as_of)
    file_format = format_of(path)
    with Reader() as reader:
        case = _Case(path, reader, Witnesses(read, reader, as_of=date), crs)
        if file_format is Format.TXT:
            layers = case.plots()
        else:
            names = [layer] if layer or file_format is Format.DXF else []
            names = names or reader.list_layers(path, file_format) or [""]
            layers = [case.layer(name) for name in names]
    return ForensicReport(path.name, file_format.value, tuple(layers))


def place(city: str | Path, *, as_of: dt.date | None = None) -> Place:
    """Return a city as evidence for hypotheses: ``ConvertOptions(accept=…, place=…)``.

    Raises
    ------
    SitingError
        When its districts or outline cannot be used.
    """
    read = read_city(Path(city))
    with Reader() as reader:
        return Witnesses(read, reader, as_of=date_of(read, as_of)).place


@dataclass(frozen=True, eq=False, slots=True)
class _Case:
    """One file and the city that it is held against."""

    path: Path
    reader: Reader
    witnesses: Witnesses
    crs: str

    def layer(self, name: str) -> LayerInquiry:
        """Return the evidence for one layer of a vector file or a table."""
        notes = []
        try:
            found = read_collection(self.path, self.reader, layer=name, crs=self.crs)
        except MissingCRSError:
            if self.crs:
                raise
            crs = self.witnesses.place.crs
            notes = [
                say(f"文件没有坐标系，按 {crs} 试验", f"the file names no CRS; tried as {crs}")
            ]
            found = read_collection(self.path, self.reader, layer=name, crs=crs)
        pairs = shapely.get_coordinates(found.frame.geometry.to_numpy())
        made = self._inquired(found.name or self.path.stem, pairs, found.crs, rows=found.rows_in)
        return replace(made, notes=tuple(notes))

    def plots(self) -> list[LayerInquiry]:
        """Return the evidence for the plots of a red-line TXT, by the CRS that they name."""
        text = read_red_line_txt(self.path)
        groups: dict[str, list[Pairs]] = {}
        for plot in text.plots:
            if plot.points:
                ground = Ground(plot.header, self.crs, self.path.name)
                declared = declared_crs(plot, ground, self.witnesses.place)
                groups.setdefault(declared.crs, []).append(pairs_of(plot, declared))
        if not groups:
            raise ReadError(
                say("文件中没有坐标", "the file has no coordinates"),
                where=Where(file=self.path.name),
                next_step=say("向提供方索取", "ask the provider for the data"),
            )
        layers = []
        for crs, several in sorted(groups.items()):
            stem = self.path.stem
            name = stem if len(groups) == 1 else f"{stem} ({crs_label(crs)})"
            layers.append(self._inquired(name, np.vstack(several), crs, rows=len(several)))
        return layers

    def _inquired(self, name: str, pairs: Pairs, declared: str, *, rows: int) -> LayerInquiry:
        inquiry = inquire(pairs, declared, self.witnesses.place)
        coincidences = self.witnesses.compare(inquiry, source=self.path)
        return LayerInquiry(name, rows, inquiry, coincidences)


def forensics_to_dict(found: ForensicReport) -> dict[str, Any]:
    """Return it as plain tables for JSON; every hypothesis that was tried is in it."""
    return {
        "name": found.name,
        "format": found.format,
        "is_as_declared": found.is_as_declared,
        "layers": [_layer(layer) for layer in found.layers],
    }


def _layer(layer: LayerInquiry) -> dict[str, Any]:
    inquiry = layer.inquiry
    return {
        "name": layer.name,
        "rows": layer.rows,
        "declared_crs": crs_label(inquiry.declared),
        "points": inquiry.points_in_all,
        "points_tried": inquiry.points,
        "best": None if inquiry.best is None else inquiry.best.hypothesis.id,
        "is_unambiguous": inquiry.is_unambiguous,
        "fits_as_well": [tally.hypothesis.id for tally in inquiry.rivals],
        "verdict": layer.verdict or None,
        "hypotheses": [_tally(tally) for tally in inquiry.tallies],
        "coincidence": [_coincidence(each) for each in layer.coincidences],
        "notes": list(layer.notes),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    hypothesis = tally.hypothesis
    return {
        "id": hypothesis.id,
        "meaning": {"zh": hypothesis.meaning.zh, "en": hypothesis.meaning.en},
        "read_as": crs_label(hypothesis.crs),
        "inside": tally.inside,
        "near": tally.near,
        "share_inside": round(tally.share_inside, 6),
        "share_near": round(tally.share_near, 6),
    }


def _coincidence(each: Coincidence) -> Mapping[str, Any]:
    return {
        "layer": each.layer,
        "vertices": each.vertices,
        "decided": each.decided or None,
        "hypotheses": [
            {
                "id": row.hypothesis,
                "points": row.points,
                "median_m": round(row.median_m, 3) if np.isfinite(row.median_m) else None,
                "coincident": row.coincident,
            }
            for row in each.rows
        ],
    }
