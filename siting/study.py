"""A city at hand: read with its rule book and all its layers as of one date, and asked for more.

The first step of the whole story; :mod:`siting.api` has it and the steps that follow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from siting import load as _load
from siting.city import City, RedLineSpec, date_of, read_city, with_accepted
from siting.errors import ReadError, Where
from siting.model import Atlas, RedLine, Refusal
from siting.rulebook import RuleBook, read_rule_book

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False, slots=True)
class Study:
    """A city, its rule book and its data as of one date."""

    city: City
    rule_book: RuleBook
    atlas: Atlas
    as_of: dt.date


def load(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    data_dir: str | Path | None = None,
    output: str | Path | None = None,
    accept: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Study:
    """Read city.toml, the rule book and all layers, red lines and projects.

    Parameters
    ----------
    path
        A city.toml, or a folder with one.
    as_of
        The date of the study: picks the rules in force and the versions of layers.
        Without it the city.toml's own date.
    data_dir
        Folder of the layers that city.toml marks ``in_data_dir``.
    output
        Folder for results instead of city.toml's.
    accept
        Name of a layer (or file name of red lines) -> hypothesis about its coordinates that
        the user has verified; goes before ``accept`` of city.toml. docs/forensics.md.
    progress
        Called with one sentence per step.

    Returns
    -------
    Study
        Layers that failed their load contract are in it, with the reason.

    Raises
    ------
    SitingError
        When city.toml, the rule book, the districts or the ledger cannot be used.
    """
    city = read_city(
        Path(path),
        data_dir=None if data_dir is None else Path(data_dir),
        output=None if output is None else Path(output),
    )
    city = with_accepted(city, accept or {})
    date = date_of(city, as_of)
    rule_book = read_rule_book(city.rule_book, base=city.path.parent)
    return Study(city, rule_book, _load.load_city(city, as_of=date, progress=progress), date)


def read_red_lines(
    path: str | Path,
    study: Study,
    *,
    crs: str = "",
    project_id: str = "",
    accept: str = "",
    is_strict: bool = False,
) -> tuple[tuple[RedLine, ...], tuple[Refusal, ...]]:
    """Read a file of red lines in any format that siting knows, into the working CRS.

    Parameters
    ----------
    path
        The file.
    study
        For the working CRS.
    crs
        The file's CRS, where the file itself carries none.
    project_id
        The project that the red lines belong to, where the file does not say.
    accept
        A hypothesis that the user has verified, such as ``axes_swapped`` for a file whose X and Y
        are the other way round. Without it such a file is refused with the evidence.
    is_strict
        Every deviation of a TXT from its standard form is an error.
    """
    file = Path(path)
    if not file.exists():
        raise ReadError(
            f"there is no file '{file}'", where=Where(file=file.name), next_step="check the path"
        )
    spec = RedLineSpec(path=file.resolve(), crs=crs)
    ways = _text_ways(study, accept=accept, is_strict=is_strict)
    red_lines, refusals = _load.read_red_lines(spec, working_crs=study.city.crs, ways=ways)
    return _of_project(red_lines, project_id), refusals


def read_pasted(
    text: str | bytes, study: Study, *, crs: str = "", project_id: str = "", accept: str = ""
) -> _load.Pasted:
    """Read red lines from the clipboard's text, into the working CRS.

    Parameters
    ----------
    text
        Rows of a red-line TXT, ``x,y`` rows, cells of a spreadsheet, degrees with symbols,
        WKT or GeoJSON; ``taken_as`` of the result says for which it was taken.
    study, crs, project_id, accept
        As in :func:`read_red_lines`.
    """
    ways = _text_ways(study, accept=accept, is_strict=False)
    pasted = _load.read_pasted(text, crs=crs, working_crs=study.city.crs, ways=ways)
    return replace(pasted, red_lines=_of_project(pasted.red_lines, project_id))


def with_accuracy(red_lines: Sequence[RedLine], accuracy_m: float | None) -> tuple[RedLine, ...]:
    """Return the red lines with the standard deviation of their positions, metres.

    It makes the error bands (docs/outlook.md) of red lines that no city.toml speaks of. None
    leaves them as they are.
    """
    if accuracy_m is None:
        return tuple(red_lines)
    return tuple(replace(red_line, accuracy_m=accuracy_m) for red_line in red_lines)


def _text_ways(study: Study, *, accept: str, is_strict: bool) -> _load.TextWays:
    near = _load.neighbourhood_of(study.atlas.outline)
    place = _load.Place(study.city.crs, near, study.atlas.outline, study.city.local_systems)
    return _load.TextWays(is_strict=is_strict, accept=accept, outline=near, place=place)


def _of_project(red_lines: tuple[RedLine, ...], project_id: str) -> tuple[RedLine, ...]:
    if not project_id:
        return red_lines
    return tuple(replace(red_line, project_id=project_id) for red_line in red_lines)
