"""What a job took: CPU seconds, wall seconds and peak memory of this process and all it started."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks at one moment."""

    cpu_s: float
    wall_s: float

    def since(self, earlier: Reading) -> dict[str, float]:
        return {"cpu_s": self.cpu_s - earlier.cpu_s, "wall_s": self.wall_s - earlier.wall_s}


def read() -> Reading:
    """Read the clocks: this process, children that have ended, and those that still run."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = time.process_time() + ended.ru_utime + ended.ru_stime
    for process in psutil.Process().children(recursive=True):
        times = process.cpu_times()
        cpu_s += times.user + times.system
        # what its own ended children took (a database's workers)
        cpu_s += times.children_user + times.children_system
    return Reading(cpu_s, time.perf_counter())


def peak_mb() -> float:
    """Return the peak of this process plus that of its largest child, ended or running.

    An upper bound: both peaks need not have come at once, and shared pages count twice. Our own
    peak and that of running children are those since the program began (Linux); the system's
    figure for an ended child is at least what its parent had when it forked.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    own = _high_water_mb("self")
    running = psutil.Process().children(recursive=True)
    return own + max([ended, *(_high_water_mb(process.pid) for process in running)])


def _high_water_mb(pid: int | str) -> float:
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return 0.0
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
