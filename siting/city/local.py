"""The ``[[local_system]]`` tables of city.toml: a city's own plane systems, as the user gives them.

Parameters of such systems are restricted, so none is built in and none is guessed.
"""

from __future__ import annotations

from siting.city.places import checked_crs
from siting.city.spec import LocalSystem
from siting.config import TableReader


def local_system_of(reader: TableReader) -> LocalSystem:
    """Read one ``[[local_system]]``: a CRS text, or four parameters into a known CRS."""
    system = LocalSystem(
        name=reader.text("name", required=True),
        title=reader.bilingual("title"),
        crs=checked_crs(reader, "crs"),
        to_crs=checked_crs(reader, "to_crs"),
        shift_north_m=reader.number("shift_north_m") or 0.0,
        shift_east_m=reader.number("shift_east_m") or 0.0,
        rotation_deg=reader.number("rotation_deg") or 0.0,
        scale=_scale(reader),
        source=reader.text("source", required=True),
    )
    reader.finish()
    if bool(system.crs) == bool(system.to_crs):
        reader.problem(
            "a local system needs either crs or to_crs",
            expected='crs = "+proj=… " (or WKT), or to_crs = "EPSG:4547" with shift_north_m, '
            "shift_east_m, rotation_deg, scale",
            found="both" if system.crs else "neither",
            next_step="give one of the two",
        )
    own = (system.shift_north_m, system.shift_east_m, system.rotation_deg, system.scale - 1.0)
    if system.crs and any(own):
        reader.problem(
            "a local system with crs takes no plane parameters",
            expected="the parameters within the text of crs",
            found="shift_north_m, shift_east_m, rotation_deg or scale",
            next_step="use to_crs with them, or leave them out",
        )
    return system


def _scale(reader: TableReader) -> float:
    scale = reader.number("scale", 1.0)
    if scale is None or scale > 0:
        return scale or 1.0
    reader.problem(
        "the scale of a local system must be positive",
        expected="about 1, for instance 1.0000042",
        found=str(scale),
        next_step="correct scale",
    )
    return 1.0


def require_distinct(reader: TableReader, systems: tuple[LocalSystem, ...]) -> None:
    """Remember a problem where two local systems share a name."""
    seen: set[str] = set()
    for system in systems:
        if system.name in seen:
            reader.problem(
                f"two local systems are called '{system.name}'",
                expected="different names",
                found=system.name,
                next_step="rename one of them",
            )
        seen.add(system.name)
