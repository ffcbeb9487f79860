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
from siting.sample import is_sample
from siting.store import Store, Trust

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False, slots=True)
class Study:
    """A city, its rule book and its data as of one date."""

    city: City
    rule_book: RuleBook
    atlas: Atlas
    as_of: dt.date
    store: Store | None = None
    """Where layers and verdicts are kept between runs; None to keep nothing."""


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

    Layers are kept beside city.toml for the next time (:func:`store_of`); their files are
    hashed all the same. :func:`load_study` has the choice.

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
    city = open_city(path, data_dir=data_dir, output=output, accept=accept)
    return load_study(city, as_of=as_of, store=store_of(city), progress=progress)


def open_city(
    path: str | Path,
    *,
    data_dir: str | Path | None = None,
    output: str | Path | None = None,
    accept: Mapping[str, str] | None = None,
) -> City:
    """Read city.toml alone; parameters as in :func:`load`.

    Raises
    ------
    SitingError
        When it cannot be used as it is written.
    """
    city = read_city(
        Path(path),
        data_dir=None if data_dir is None else Path(data_dir),
        output=None if output is None else Path(output),
    )
    return with_accepted(city, accept or {})


def store_of(city: City) -> Store:
    """Return the store where a city's layers are kept between runs; docs/cache.md.

    It lies beside city.toml where that folder can be written, that of the sample city (which
    is shipped) always among the user's. ``SITING_CACHE`` says otherwise.
    """
    folder = city.path.parent
    return Store.beside(folder, is_away=is_sample(folder))


def load_study(
    city: City,
    *,
    as_of: dt.date | None = None,
    store: Store | None = None,
    trust: Trust = Trust.HASH,
    progress: Progress | None = None,
) -> Study:
    """Load what a city.toml names.

    Parameters
    ----------
    city
        From :func:`open_city`.
    as_of
        The date of the study; without it the city.toml's own.
    store
        Where loaded layers are kept, and taken from; without one each is read. The study is
        the same.
    trust
        Whether size and times of a file may stand for its bytes. What is written for others
        should rest on bytes.
    progress
        Called with one sentence per step.

    Raises
    ------
    SitingError
        As :func:`load`.
    """
    date = date_of(city, as_of)
    rule_book = read_rule_book(city.rule_book, base=city.path.parent)
    shelf = None if store is None or store.is_off else _load.Shelf(store, trust)
    atlas = _load.load_city(city, as_of=date, progress=progress, shelf=shelf)
    return Study(city, rule_book, atlas, date, store)


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
