"""Run a command in a new process and say what it took: a small parent, so that its peak is its own.

    python -S benchmarks/launch.py OUTPUT COMMAND …

A child's peak memory, as the system counts it, is at least what its parent had when it forked.
"""

import json
import os
import sys
import time

_, output, *command = sys.argv
start = time.perf_counter()
child = os.fork()
if child == 0:
    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(target, 1)
    os.execv(command[0], command)  # noqa: S606 - our own commands
_, status, spent = os.wait4(child, 0)
took = {
    "cpu_s": spent.ru_utime + spent.ru_stime,
    "wall_s": time.perf_counter() - start,
    "peak_mb": spent.ru_maxrss / 1024,
}
sys.stdout.write(json.dumps({**took, "status": os.waitstatus_to_exitcode(status)}) + "\n")
