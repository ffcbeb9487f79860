"""The reading process: takes requests as lines of JSON, answers with facts and Arrow files.

Started by :mod:`siting.load.child`. GDAL lives and dies here: a hostile file that crashes
it, eats memory or never ends takes this process with it and nothing else. One process
serves many requests, one after the other.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from siting.load.archive import ArchiveError
from siting.load.counts import Count, CountError
from siting.load.drivers import unwanted
from siting.load.formats import GEOMETRY, IMPLYING, Format, VectorRequest, parts_of
from siting.load.readers import count_rows, needs_gdal, read_rows, settled, sublayers
from siting.load.words import say

Facts = dict[str, Any]


def main() -> None:
    """Serve requests until standard input ends."""
    answers = _private_stdout()
    _limit_memory(int(os.environ.get("SITING_READER_MEMORY_BYTES", "0")))
    sys.meta_path.insert(0, _WithoutPandas)
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
        answers.write(json.dumps(serve(json.loads(line))) + "\n")
        answers.flush()


def _private_stdout() -> io.TextIOWrapper:
    """Return the pipe to the parent, and let whatever a C library prints go to stderr."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "w", encoding="utf-8")


class _WithoutPandas:
    """Keeps out two packages that nothing here needs, and that take longer than most readings.

    pyogrio looks for both when it is imported (1.5 s), pyarrow for pandas whenever it is given
    a list or an array (0.4 s). None in ``sys.modules`` would not do: compiled code that imports
    gets the None.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Raise for the two; say nothing of any other package."""
        if name in ("pandas", "geopandas"):
            raise ModuleNotFoundError(name=name)


def _limit_memory(limit_bytes: int) -> None:
    if not limit_bytes or sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = limit_bytes if hard == resource.RLIM_INFINITY else min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(request: Facts) -> Facts:
    """Answer one request; what is wrong with the file comes back as ``problem``."""
    extra = _extra_drivers() if _needs_gdal(request) else []
    if extra:
        return {"extra_drivers": extra}
    tasks: dict[str, Callable[[Facts], Facts]] = {
        "vector": _vector,
        "count": _count_ahead,
        "layers": _layers,
        "raster": _raster,
        "cells": _cells,
        "about": _about,
    }
    try:
        return tasks[request["task"]](request)
    except MemoryError:
        return {"problem": "读取时内存超限 / reading took more memory than allowed"}


@dataclass(frozen=True, slots=True)
class _Counted:
    """A layer that was counted before it was asked for, and what its files looked like."""

    wanted: VectorRequest
    files: tuple[tuple[str, int, int, int], ...]
    count: Count


#: At most one: what was counted last and not read yet.
_ahead: list[_Counted] = []


def _count_ahead(request: Facts) -> Facts:
    """Count now what will be read later; what is wrong with the file is said then."""
    _ahead.clear()
    wanted = _wanted(request)
    try:
        files = _look_of(wanted)
        count = count_rows(wanted.path, wanted.file_format, wanted.sublayer)
    except (CountError, OSError):
        return {}
    _ahead.append(_Counted(wanted, files, count))
    return {}


def _count(wanted: VectorRequest) -> Count:
    """Return the count: the one made ahead, if these are the files that it was made of."""
    for counted in _ahead:
        if counted.wanted == wanted and counted.files == _look_of(wanted):
            return counted.count
    return count_rows(wanted.path, wanted.file_format, wanted.sublayer)


def _look_of(wanted: VectorRequest) -> tuple[tuple[str, int, int, int], ...]:
    """Return name, size, time and inode of the files of a layer."""
    parts = [(part.name, part.stat()) for part in parts_of(wanted.path, wanted.file_format)]
    return tuple((name, stat.st_size, stat.st_mtime_ns, stat.st_ino) for name, stat in parts)


def _wanted(request: Facts) -> VectorRequest:
    return VectorRequest(
        Path(request["path"]),
        Format(request["format"]),
        request["sublayer"],
        tuple(request["columns"]),
        request.get("encoding", ""),
    )


def _vector(request: Facts) -> Facts:
    wanted = _wanted(request)
    try:
        with settled(wanted) as inner:
            return _counted_and_read(inner, request["target"])
    except (ArchiveError, CountError) as error:
        return {"problem": str(error)}


def _counted_and_read(wanted: VectorRequest, target: str) -> Facts:
    # Counted before GDAL opens the file, and closed again: never both at once.
    count = _count(wanted)
    _ahead.clear()
    facts = _read(replace(wanted, sublayer=count.sublayer), target)
    if "problem" in facts:
        # What the count found says more than "cannot be opened".
        return {"problem": "; ".join([*count.problems, facts["problem"]])}
    problems = list(count.problems)
    consumed = facts.pop("consumed")
    if consumed is not None and consumed != count.rows:
        problems.append(
            say(
                f"文件中有 {count.rows} 条记录，只读到 {consumed} 条",
                f"the file holds {count.rows} records, the reader took {consumed}",
            )
        )
    return facts | {
        "rows_counted": count.rows if consumed is None else facts["rows_read"],
        "count_notes": list(count.notes),
        "count_problems": problems,
        "is_crs_implied": wanted.file_format in IMPLYING and not count.has_crs_member,
        "format": wanted.file_format.value,
    }


def _layers(request: Facts) -> Facts:
    try:
        names = sublayers(Path(request["path"]), Format(request["format"]))
    except (ArchiveError, CountError) as error:
        return {"problem": str(error)}
    return {"layers": names}


def _needs_gdal(request: Facts) -> bool:
    """True when pyogrio is needed: a city of GeoParquet alone does without loading it."""
    if request["task"] in {"raster", "cells"}:  # pyogrio takes no part in these
        return False
    return "format" not in request or needs_gdal(Format(request["format"]))


def _extra_drivers() -> list[str]:
    import pyogrio

    return list(unwanted(pyogrio.list_drivers(read=True)))


def _read(wanted: VectorRequest, target: str) -> Facts:
    from siting.load.bulk import BulkReadError
    from siting.load.wire import hand_over

    try:
        rows = read_rows(wanted)
    except BulkReadError as error:
        return {"problem": str(error)}
    # What a file says of its columns to pandas is the file's word: it need not even be text.
    hand_over(rows.table.replace_schema_metadata(None), GEOMETRY, Path(target))
    return {
        "rows_read": rows.table.num_rows,
        "crs": rows.crs,
        "available": rows.available,
        "driver": rows.driver,
        "encoding": rows.encoding,
        "consumed": rows.consumed,
        "notes": rows.notes,
        "lost": rows.lost,
    }


def _raster(request: Facts) -> Facts:
    from siting.load.raster import RasterError, read_head

    try:
        return read_head(Path(request["path"]))
    except RasterError as error:
        return {"problem": str(error)}


def _cells(request: Facts) -> Facts:
    from siting.load.raster import RasterError, write_cells

    try:
        return write_cells(Path(request["path"]), Path(request["target"]))
    except RasterError as error:
        return {"problem": str(error)}


def _about(request: Facts) -> Facts:
    from siting.load.about import about

    longitude_deg, latitude_deg = request["point"]
    return about(longitude_deg, latitude_deg, source=request["source"], target=request["target"])


if __name__ == "__main__":
    main()
