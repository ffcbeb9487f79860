"""Hypotheses that the user accepts for this run only, instead of in city.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from siting.city.spec import City
from siting.errors import ConfigError, Where, nearest


def with_accepted(city: City, accept: Mapping[str, str]) -> City:
    """Return the city with hypotheses accepted for layers and files of red lines.

    Parameters
    ----------
    city
        As city.toml has it.
    accept
        Name of a layer, or file name of red lines -> id of the hypothesis; goes before the
        ``accept`` of city.toml.

    Raises
    ------
    ConfigError
        When nothing has that name, with the nearest one that there is.
    """
    known = {spec.name for spec in city.layers} | {spec.path.name for spec in city.red_lines}
    for name in accept:
        if name not in known:
            raise ConfigError(
                f"accept names '{name}', and there is no such layer or file of red lines",
                where=Where(file=city.path.name),
                expected=", ".join(sorted(known)),
                found=name,
                next_step=nearest(name, known) or "give the name of a layer of city.toml",
            )
    layers = tuple(replace(spec, accept=accept.get(spec.name, spec.accept)) for spec in city.layers)
    red_lines = tuple(
        replace(spec, accept=accept.get(spec.path.name, spec.accept)) for spec in city.red_lines
    )
    return replace(city, layers=layers, red_lines=red_lines)
