"""Engines side by side on the same jobs, in one run; the ratios are what counts.

    python benchmarks/bench.py [--size small|full] [--only JOB …] [--engine NAME …] [--rounds N]
                               [--resume] [--city FOLDER]

Each engine works in a process of its own, engine by engine within a round, so that all meet the
same machine. CPU seconds (of the process and all it started) are what is compared, for machines are
shared; the median of the rounds counts, and what takes long is not repeated. All engines must name
the same pairs over 0.01 m² with the same areas; each difference is settled by exact rational
arithmetic and listed. Engines that are not installed are said to be absent.

Every figure goes into results.json as soon as it is there, and --resume goes on where a run was cut
off. The table of docs/benchmarks.md is written at the end (document.py).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

import cold
import document
import growth
import results
from agreement import compared
from city import make_city
from jobs import JOBS, Run, runs_of

SIZES = {"small": (100_000, 1_000), "full": (1_001_000, 10_000)}
#: What took longer than this is not measured again.
REPEATED_UP_TO_S = {"small": 6.0, "full": 25.0}
ENGINES = (
    "siting",
    "shapely",
    "geopandas",
    "sedonadb",
    "duckdb",
    "postgis",
    "polars",
    "pandas",
    "rasterio",
)
Figures = dict[str, dict[str, float]]


class Journal:
    """What each process of this run said, kept in a file so that a run can be resumed."""

    def __init__(self, path: Path, *, is_resumed: bool) -> None:
        self.path = path
        if not is_resumed:
            path.unlink(missing_ok=True)
        lines = path.read_text().splitlines() if path.is_file() else []
        self.said: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def of(self, run: Run) -> list[Figures]:
        return [each["figures"] for each in self.said if each["run"] == run.name]

    def add(self, run: Run, figures: Figures) -> None:
        self.said.append({"run": run.name, "figures": figures})
        with self.path.open("a") as file:
            file.write(json.dumps(self.said[-1]) + "\n")


@dataclass(frozen=True, slots=True)
class Plan:
    """The size, how many rounds, and where they are written down."""

    size: str
    rounds: int
    journal: Journal


def ask(run: Run, city: Path, target: str) -> Figures | str:
    """Return the figures of a process of its own, or why there are none."""
    one = Path(__file__).with_name("one.py")
    command = [sys.executable, str(one), run.module, str(city), target, *run.layers]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["died without a word"])[-1]
    figures: Figures = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    return figures


def note(run: Run, size: str, found: list[Figures]) -> None:
    """Put the medians of a run into results.json, a row for each of its jobs."""
    rows = []
    for job in run.jobs:
        rounds = [each[job.scope] for each in found]
        medians = {
            key: round(statistics.median(each[key] for each in rounds), 3) for key in rounds[0]
        }
        rows.append({"job": job.name, "size": size, "engine": run.engine, **medians})
    results.put(rows)
    for row in rows:
        print(json.dumps(row), flush=True)


def measure(runs: list[Run], city: Path, plan: Plan) -> None:
    """Run every process so many times in turns, but those that take long once."""
    present = []
    for run in runs:
        why = "" if plan.journal.of(run) else ask(run, city, "beforehand")
        if isinstance(why, str) and why:
            print(f"{run.name} absent: {why}", flush=True)
            continue
        present.append(run)
    for number in range(plan.rounds):
        for run in present:
            found = plan.journal.of(run)
            is_slow = found and found[0]["file"]["wall_s"] > REPEATED_UP_TO_S[plan.size]
            if len(found) > number or is_slow:
                continue
            figures = ask(run, city, str(answer_file(city, run)))
            if isinstance(figures, str):
                print(f"{run.name} failed: {figures}", flush=True)
                continue
            plan.journal.add(run, figures)
            note(run, plan.size, plan.journal.of(run))


def answer_file(city: Path, run: Run) -> Path:
    folder = city / "answers"
    folder.mkdir(exist_ok=True)
    return folder / f"{run.name}.parquet"


def settle(names: list[str], city: Path, size: str) -> None:
    """Compare the answers of all engines of each job, and note what the oracle says."""
    for name in names:
        job = JOBS[name]
        tables = {}
        for run in runs_of([name], list(ENGINES)):
            file = answer_file(city, run)
            if file.is_file():
                tables[run.engine] = pd.read_parquet(file)
        if len(tables) < 2:
            continue
        agreed = compared(tables, city, job)
        rows = [
            {**row, **agreed[row["engine"]]}
            for row in results.rows()
            if row["job"] == name and row["size"] == size and row["engine"] in agreed
        ]
        results.put(rows)
        for row in rows:
            print(name, row["engine"], agreed[row["engine"]], flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--city", type=Path, default=Path(tempfile.gettempdir()) / "siting-bench")
    names = (*JOBS, cold.JOB, *growth.JOBS)
    parser.add_argument("--only", action="append", choices=names, metavar="JOB")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    wanted, engines = given.only or list(names), given.engine or list(ENGINES)
    city = make_city(given.city, *SIZES[given.size])
    results.note_machine(given.size)
    table_jobs = [name for name in wanted if name in JOBS]
    if not given.resume:
        results.drop(given.size, wanted, engines)
    journal = Journal(city / f"journal-{given.size}.jsonl", is_resumed=given.resume)
    measure(runs_of(table_jobs, engines), city, Plan(given.size, given.rounds, journal))
    settle(table_jobs, city, given.size)
    if cold.JOB in wanted:
        cold.run(city, given.size, engines)
    for name in growth.JOBS:
        if name in wanted:
            growth.run(name, given.city, given.size, is_resumed=given.resume)
    document.write()


if __name__ == "__main__":
    main()
