"""Pages to disk: ``city.html`` and ``districts/<code>.html``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from siting.city import City
from siting.errors import WriteError
from siting.mapping.frame import render_page
from siting.mapping.scene import city_scene, district_scene
from siting.mapping.subject import Planned
from siting.model import Atlas, Report, Search
from siting.save import write_text

_CODE = re.compile(r"^[0-9A-Za-z_-]{1,32}$")
#: Names that Windows keeps for devices, whatever their ending.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])$", re.IGNORECASE)


def write_maps(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    folder: Path,
    planned: Planned | None = None,
) -> tuple[Path, ...]:
    """Write the city's page and one page per district; return the paths in that order.

    Each page is one file that opens without a network. An old page stays whole until its
    successor is complete.

    Parameters
    ----------
    report, searches, atlas
        Of one run; geometry in the working CRS.
    folder
        Where ``city.html`` and ``districts/`` go; made when absent.
    planned
        The plan of the city with its scenarios, where one was made.

    Raises
    ------
    WriteError
        When a page cannot be written.
    """
    written = [folder / "city.html"]
    scene = city_scene(report, searches, atlas, city=city, planned=planned)
    write_text(written[0], render_page(scene))
    for code in sorted(str(code) for code in atlas.districts["feature_id"]):
        path = page_path(folder, code)
        scene = district_scene(report, searches, atlas, city=city, code=code, planned=planned)
        write_text(path, render_page(scene))
        written.append(path)
    return tuple(written)


def write_district_maps(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    codes: Sequence[str],
    planned: Planned | None = None,
) -> tuple[Path, ...]:
    """Write the pages of some districts under the city's output folder; return their paths.

    Parameters
    ----------
    codes
        ``feature_id`` of districts, in the order of the paths that come back.
    planned
        As for :func:`write_maps`.

    Raises
    ------
    KeyError
        When there is no such district.
    WriteError
        When a page cannot be written.
    """
    written: list[Path] = []
    for code in codes:
        path = page_path(city.output, code)
        scene = district_scene(report, searches, atlas, city=city, code=code, planned=planned)
        write_text(path, render_page(scene))
        written.append(path)
    return tuple(written)


def page_path(folder: Path, code: str) -> Path:
    """Return the path of a district's page, which always lies in ``folder/districts``.

    Raises
    ------
    WriteError
        When the path would leave the folder, for instance through a symbolic link.
    """
    root = (folder / "districts").resolve()
    path = root / f"{file_stem(code)}.html"
    if path.resolve().parent != root:
        raise WriteError(
            f"the page of district '{code}' would be written outside of the output folder",
            expected=f"a file in {root.name}/",
            next_step=f"remove the link {path.name} from the output folder",
        )
    return folder / "districts" / path.name


def file_stem(code: str) -> str:
    """Return the file name (without ending) for a district code.

    A code that could be a path, a device or nothing at all becomes a slug by its hash: the
    same code always the same slug.
    """
    if _CODE.match(code) and not _DEVICES.match(code):
        return code
    return "district-" + hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:12]
