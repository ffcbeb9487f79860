"""The reading process: takes requests as lines of JSON, answers with facts and Arrow files.

Started by :mod:`siting.load.child`. GDAL lives and dies here: a hostile file that crashes
it, eats memory or never ends takes this process with it and nothing else. One process
serves many requests, one after the other.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from siting.load.counts import CountError, count_rows
from siting.load.drivers import unwanted
from siting.load.formats import Format, VectorRequest

Facts = dict[str, Any]


def main() -> None:
    """Serve requests until standard input ends."""
    answers = _private_stdout()
    _limit_memory(int(os.environ.get("SITING_READER_MEMORY_BYTES", "0")))
    _import_pyogrio_lightly()
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"):
        answers.write(json.dumps(serve(json.loads(line))) + "\n")
        answers.flush()


def _private_stdout() -> io.TextIOWrapper:
    """Return the pipe to the parent, and let whatever a C library prints go to stderr."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "w", encoding="utf-8")


def _import_pyogrio_lightly() -> None:
    """Import pyogrio without the two packages it looks for, which nothing here needs (1.5 s)."""
    names = ("geopandas", "pandas")
    blocked: dict[str, Any] = dict.fromkeys(names)
    sys.modules.update(blocked)
    importlib.import_module("pyogrio")
    for name in names:
        del sys.modules[name]


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
    tasks: dict[str, Callable[[Facts], Facts]] = {
        "vector": _vector,
        "raster": _raster,
        "about": _about,
    }
    try:
        return tasks[request["task"]](request)
    except MemoryError:
        return {"problem": "读取时内存超限 / reading took more memory than allowed"}


def _vector(request: Facts) -> Facts:
    path = Path(request["path"])
    file_format = Format(request["format"])
    try:
        # Counted before GDAL opens the file, and closed again: never both at once.
        count = count_rows(path, file_format, request["sublayer"])
    except CountError as error:
        return {"problem": str(error)}
    extra = _extra_drivers()
    if extra:
        return {"extra_drivers": extra}
    facts = _read(request, path, file_format, count.sublayer)
    if "problem" in facts:
        # What the count found says more than "cannot be opened".
        return {"problem": "; ".join([*count.problems, facts["problem"]])}
    return facts | {
        "rows_counted": count.rows,
        "count_notes": list(count.notes),
        "count_problems": list(count.problems),
        "has_crs_member": count.has_crs_member,
    }


def _extra_drivers() -> list[str]:
    import pyogrio

    return list(unwanted(pyogrio.list_drivers(read=True)))


def _read(request: Facts, path: Path, file_format: Format, sublayer: str) -> Facts:
    import pyarrow as pa

    from siting.load.bulk import BulkReadError, read_rows

    wanted = VectorRequest(
        path, file_format, sublayer, tuple(request["columns"]), request.get("encoding", "")
    )
    try:
        rows = read_rows(wanted)
    except BulkReadError as error:
        return {"problem": str(error)}
    schema = rows.table.schema
    with pa.OSFile(request["target"], "wb") as sink, pa.ipc.new_file(sink, schema) as out:
        out.write_table(rows.table)
    return {
        "rows_read": rows.table.num_rows,
        "crs": rows.crs,
        "available": rows.available,
        "driver": rows.driver,
        "notes": rows.notes,
        "lost": rows.lost,
    }


def _raster(request: Facts) -> Facts:
    from siting.load.raster import RasterError, read_head

    try:
        return read_head(Path(request["path"]))
    except RasterError as error:
        return {"problem": str(error)}


def _about(request: Facts) -> Facts:
    from siting.load.about import about

    extra = _extra_drivers()
    if extra:
        return {"extra_drivers": extra}
    longitude_deg, latitude_deg = request["point"]
    return about(longitude_deg, latitude_deg, source=request["source"], target=request["target"])


if __name__ == "__main__":
    main()
