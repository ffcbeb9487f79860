"""The parent's side of the reading process: start it, ask, wait, and survive its death.

Every file is read in a child process (see :mod:`siting.load.worker`), so that GDAL is
never loaded here. ``subprocess`` is used rather than ``multiprocessing``: it works in a
notebook and in a script without a main guard.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from siting.errors import ReadError, Where
from siting.load.drivers import reading_environment
from siting.load.formats import ARCHIVE_FORMATS, GEOMETRY, Format, VectorRequest
from siting.load.words import say

if TYPE_CHECKING:
    import pyarrow as pa

#: Longest time one file may take. A million parcels take well under a minute.
TIMEOUT_S = 600.0
#: Address space of the reading process; three GDALs and Arrow map about 2 GiB of it.
MEMORY_BYTES = 16 << 30
#: The child gets our own module path as an argument and ignores PYTHONPATH and the like.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "import siting.load.worker as worker; worker.main()"
)
_STDERR_TAIL = 400

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VectorReply:
    """The rows of a layer as Arrow (geometry as WKB) and the facts about the reading."""

    table: pa.Table
    facts: Facts


class Reader:
    """A reading process, started when first needed and replaced when it dies.

    Use as a context manager: the process and its private folder go with it.

    Parameters
    ----------
    timeout_s
        Longest time for one file, in seconds; then the process is killed.
    memory_bytes
        Limit of its address space; 0 for none. Has no effect on Windows.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, memory_bytes: int = MEMORY_BYTES) -> None:
        self.timeout_s = timeout_s
        self.memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._stderr: IO[bytes] | None = None
        self._extra_drivers: frozenset[str] = frozenset()
        self._number = 0
        self._owed = 0  # answers to requests that nobody waited for

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The id of the present reading process, or None when there is none."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the process now, so that it gets ready while the caller does other things."""
        self._running()

    def close(self) -> None:
        """End the process and remove its folder."""
        self._stop()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def read_vector(self, request: VectorRequest) -> VectorReply:
        """Read one vector layer.

        Raises
        ------
        ReadError
            When the file cannot be read, or the process died or took too long over it.
        """
        import pyarrow as pa

        from siting.load.wire import WireError, take_over

        self._number += 1
        target = Path(self._private_folder()) / f"{self._number}.arrow"
        facts = self._ask(_vector_task(request) | {"target": str(target)})
        try:
            return VectorReply(take_over(GEOMETRY, target), facts)
        except (WireError, pa.ArrowException, OSError) as error:
            text = say("读取结果不完整", "what the reading process handed over is not whole")
            raise self._error({"path": str(request.path)}, text, found=str(error)) from error

    def count_ahead(self, request: VectorRequest) -> None:
        """Let the process count the rows of a layer that will be asked for next.

        Returns at once. An archive is left alone: it is unpacked to be counted, and nothing
        may be unpacked before its hash is known. If the file changes before
        :meth:`read_vector`, it is counted again there.
        """
        if request.file_format in ARCHIVE_FORMATS:
            return
        try:
            _send(self._running().stdin, _vector_task(request) | {"task": "count"})
        except OSError:  # the process is gone, which the next request will find out
            return
        self._owed += 1

    def list_layers(self, path: Path, file_format: Format) -> list[str]:
        """Return the names of the layers in a file, in its own order.

        Raises
        ------
        ReadError
            As :meth:`read_vector`.
        """
        answer = self._ask({"task": "layers", "path": _whole(path), "format": file_format.value})
        return [str(name) for name in answer["layers"]]

    def read_raster(self, path: Path) -> Facts:
        """Read the head of a raster.

        Raises
        ------
        ReadError
            As :meth:`read_vector`.
        """
        return self._ask({"task": "raster", "path": _whole(path)})

    def read_cells(self, path: Path, target: Path) -> Facts:
        """Decode the first band of a raster into a file of float32, NaN where unknown.

        Raises
        ------
        ReadError
            As :meth:`read_vector`.
        """
        return self._ask({"task": "cells", "path": _whole(path), "target": _whole(target)})

    def about(self, point: tuple[float, float], *, source: str, target: str) -> Facts:
        """Say what the reading process is made of; see :func:`siting.load.about.about`.

        Raises
        ------
        ReadError
            When the process does not start, dies or takes too long.
        """
        request = {"task": "about", "path": "", "point": list(point)}
        return self._ask(request | {"source": source, "target": target})

    def _ask(self, request: Facts) -> Facts:
        facts = self._exchange(request)
        if "extra_drivers" in facts:
            # A newer GDAL brought drivers that our list does not know: start without them.
            self._stop()
            self._extra_drivers |= frozenset(facts["extra_drivers"])
            facts = self._exchange(request)
        if "extra_drivers" in facts:
            raise self._error(
                request,
                say("无法停用多余的 GDAL 驱动", "GDAL drivers could not be kept out"),
                found=", ".join(facts["extra_drivers"]),
            )
        if "problem" in facts:
            raise self._error(request, str(facts["problem"]))
        return facts

    def _error(self, request: Facts, what: str, *, found: str = "") -> ReadError:
        return ReadError(
            what,
            where=Where(file=Path(request["path"]).name),
            found=found,
            next_step=say(
                "检查该文件，或向提供方重新索取", "check the file, or ask its provider for it again"
            ),
        )

    def _exchange(self, request: Facts) -> Facts:
        self._await_owed()
        process = self._running()
        try:
            _send(process.stdin, request)
            line = self._answers.get(timeout=self.timeout_s)
        except queue.Empty as error:
            self._stop()
            text = say(
                f"读取超过 {self.timeout_s:g} 秒，已中止",
                f"reading took longer than {self.timeout_s:g} s and was stopped",
            )
            raise self._error(request, text) from error
        except OSError:  # the process is gone and its pipe with it
            line = b""
        if not line:
            raise self._death(request, process)
        facts: Facts = json.loads(line)
        return facts

    def _await_owed(self) -> None:
        """Take the answers that nobody waited for; a death over them shows when asked again."""
        while self._owed:
            self._owed -= 1
            try:
                line = self._answers.get(timeout=self.timeout_s)
            except queue.Empty:
                line = b""
            if not line:
                self._stop()

    def _death(self, request: Facts, process: subprocess.Popen[bytes]) -> ReadError:
        code = process.wait()
        tail = self._stderr_tail()
        self._stop()
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        text = say(
            f"读取进程在读此文件时崩溃（{how}）", f"the reading process died on this file ({how})"
        )
        return self._error(request, text, found=tail)

    def _stderr_tail(self) -> str:
        if self._stderr is None:
            return ""
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", errors="replace").strip().splitlines()
        return lines[-1][-_STDERR_TAIL:] if lines else ""

    def _private_folder(self) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="siting-read-")
        return self._folder.name

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        self._stderr = tempfile.TemporaryFile(dir=self._private_folder())  # noqa: SIM115
        self._answers = queue.Queue()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-c", _BOOT, json.dumps(_module_path())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=self._environment(os.environ),
            cwd=self._private_folder(),
        )
        threading.Thread(
            target=_pump, args=(self._process.stdout, self._answers), daemon=True
        ).start()
        return self._process

    def _environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        cleaned = reading_environment(environment, self._extra_drivers)
        cleaned["SITING_READER_MEMORY_BYTES"] = str(self.memory_bytes)
        return cleaned

    def _stop(self) -> None:
        self._owed = 0
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    _close(pipe)
            self._process = None
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None


def _whole(path: Path) -> str:
    """Return the absolute path: the reading process works in a folder of its own."""
    return str(path.absolute())


def _vector_task(request: VectorRequest) -> Facts:
    return {
        "task": "vector",
        "path": _whole(request.path),
        "format": request.file_format.value,
        "sublayer": request.sublayer,
        "columns": list(request.columns),
        "encoding": request.encoding,
    }


def _send(pipe: IO[bytes] | None, request: Facts) -> None:
    if pipe is not None:  # always: we asked for a pipe
        pipe.write(json.dumps(request).encode() + b"\n")
        pipe.flush()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # what was still to be flushed has nobody to go to
        return


def _pump(pipe: IO[bytes], answers: queue.Queue[bytes]) -> None:
    """Put each line into the queue, and an empty one when the process is gone."""
    try:
        for line in pipe:
            answers.put(line)
    except ValueError:  # closed while waiting: the process was stopped on purpose
        return
    answers.put(b"")


def _module_path() -> list[str]:
    """Return the folders where the child finds what we found, ours last."""
    home = str(Path(__file__).resolve().parents[2])
    folders = [folder for folder in sys.path if folder and Path(folder).is_absolute()]
    return [*folders, home]
