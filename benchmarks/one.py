"""One engine, one kind of job, in this process: called by bench.py, prints its figures as JSON.

    python benchmarks/one.py MODULE CITY TARGET LAYER …

TARGET is the file for the answer, or ``beforehand``: then only what is kept is made ready.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import clock

#: A prepared answer is given again, warm, until it has taken this long, at most so many times ...
REPEAT_FOR_S, MOST_REPEATS = 3.0, 5
#: ... unless the first took longer than this: then that one counts.
TOO_LONG_S = 20.0


def measure(module: str, city: Path, target: Path, layers: tuple[str, ...]) -> dict[str, Any]:
    """Return the figures of *prepared* and *file*; importing the engine is left out for all."""
    engine = importlib.import_module(f"engines.{module}")
    if hasattr(engine, "start"):
        engine.start(city, layers)
    begun = clock.read()
    state = engine.load(city, layers)
    loaded = clock.read()
    table = engine.answer(state)
    answered = clock.read()
    # The peak is that of a single answer; the table below is written after it.
    peak_mb = clock.peak_mb()
    table.to_parquet(target)
    prepared = _again(engine, state, answered.since(loaded))
    return {
        "file": {**answered.since(begun), "peak_mb": peak_mb},
        "prepared": {**prepared, "peak_mb": peak_mb},
    }


def _again(engine: Any, state: Any, first: dict[str, float]) -> dict[str, float]:  # noqa: ANN401
    """Return the median of the answers that follow the first."""
    if first["wall_s"] > TOO_LONG_S:
        return first
    answers: list[dict[str, float]] = []
    while len(answers) < MOST_REPEATS and sum(each["wall_s"] for each in answers) < REPEAT_FOR_S:
        before = clock.read()
        engine.answer(state)
        answers.append(clock.read().since(before))
    return {key: statistics.median(each[key] for each in answers) for key in first}


if __name__ == "__main__":
    _, name, city, target, *names = sys.argv
    if target == "beforehand":
        module = importlib.import_module(f"engines.{name}")
        getattr(module, "beforehand", lambda *_: None)(Path(city), tuple(names))
    else:
        figures = measure(name, Path(city), Path(target), tuple(names))
        sys.stdout.write(json.dumps(figures) + "\n")
