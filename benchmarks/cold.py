"""One red line from a cold start: from the command to its answer, each time a new process.

siting checks a red-line TXT against a city of 13 layers that it has loaded before. Its peers are
scripts that an expert would write for this very question, over files prepared for it. The
commands take turns, over several red lines; all must find the same features with the same areas.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import results
import shapely
from city import LAYERS, SEED
from city_files import write_files

JOB = "one red line, cold"
LAYERS_ASKED = (*LAYERS, "parcels")
RED_LINES, ROUNDS = 5, 2
#: After so long an engine has had its turns.
LONGEST_S = 90.0
ROW_GROUP = 5_000
SCRIPTS = Path(__file__).parent / "cold_scripts"
LAUNCH = Path(__file__).with_name("launch.py")
LEAST_M2, TOLERANCE_M2 = 0.01, 0.01
Found = dict[tuple[str, int], float]


def run(city: Path, size: str, engines: list[str]) -> None:
    """Measure all engines in turns; put their medians into results.json."""
    commands = {
        name: make(city)
        for name, make in {"siting": _siting, "shapely": _shapely, "geopandas": _geopandas}.items()
        if name in engines
    }
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    differing = dict.fromkeys(commands, 0)
    for red_line in _red_lines(city) * ROUNDS:
        found = {}
        for name, command in commands.items():
            if sum(each["wall_s"] for each in figures[name]) > LONGEST_S:
                continue
            took, said = timed([*command, str(red_line)])
            figures[name].append(took)
            found[name] = found_by_siting(said) if name == "siting" else found_by_script(said)
        for name, mine in found.items():
            differing[name] += sum(not _same(mine, other) for other in found.values())
    rows = []
    for name, each in figures.items():
        medians = {key: round(statistics.median(one[key] for one in each), 3) for key in each[0]}
        row = {"job": JOB, "size": size, "engine": name, **medians, "runs": len(each)}
        rows.append({**row, "differing": differing[name]})
        print(json.dumps(rows[-1]), flush=True)
    results.put(rows)


def timed(command: list[str]) -> tuple[dict[str, float], str]:
    """Run a command in a new process; return what it and its children took, and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "said"
        launch = [sys.executable, "-S", str(LAUNCH), str(output), *command]
        done = subprocess.run(launch, stdout=subprocess.PIPE, check=True, env=_as_installed())  # noqa: S603
        took: dict[str, float] = json.loads(done.stdout)
        text = output.read_text(encoding="utf-8")
    status = took.pop("status")
    # siting says 1 when there are findings
    if status not in {0, 1}:
        raise SystemExit(f"{command} ended with {status:g}")
    return took, text


def _as_installed() -> dict[str, str]:
    """Return the environment, with bytecode kept: an installation has it, and all take part."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def found_by_siting(said: str) -> Found:
    report: dict[str, Any] = json.loads(said)
    return {
        (each["layer"], int(each["feature_id"])): each["measure"]
        for each in report["findings"]
        if each["code"].startswith("BENCH-") and each["measure"] > LEAST_M2
    }


def found_by_script(said: str) -> Found:
    rows = json.loads(said)
    return {(layer, number): area for layer, number, area in rows if area > LEAST_M2}


def _same(one: Found, other: Found) -> bool:
    return one.keys() == other.keys() and all(
        abs(area - other[key]) <= TOLERANCE_M2 for key, area in one.items()
    )


def _siting(city: Path) -> list[str]:
    parcels = int(city.name.split("-")[1])
    path = write_files(city, "cold", parcels, LAYERS_ASKED, has_red_lines=False)
    command = [sys.executable, "-m", "siting", "check", str(path), "--quiet", "--json", "--redline"]
    timed([*command, str(_red_lines(city)[0])])  # the first time is another job
    return command


def _shapely(city: Path) -> list[str]:
    return [sys.executable, str(SCRIPTS / "bbox_shapely.py"), str(_sorted(city))]


def _geopandas(city: Path) -> list[str]:
    return [sys.executable, str(SCRIPTS / "overlay_geopandas.py"), str(_sorted(city))]


def _sorted(city: Path) -> Path:
    """Return the folder with the layers sorted by place, in small row groups."""
    folder = city / "sorted"
    folder.mkdir(exist_ok=True)
    for name in LAYERS_ASKED:
        target = folder / f"{name}.parquet"
        if not target.is_file():
            layer = gpd.read_parquet(city / f"{name}.parquet")
            layer = layer.iloc[np.argsort(layer.hilbert_distance().to_numpy())]
            layer.to_parquet(target, write_covering_bbox=True, row_group_size=ROW_GROUP)
    return folder


def _red_lines(city: Path) -> list[Path]:
    """Return a few of the city's red lines, each as a TXT of its own."""
    folder = city / "cold_red_lines"
    folder.mkdir(exist_ok=True)
    chosen = np.random.default_rng(SEED).choice(1_000, RED_LINES, replace=False)
    shapes = gpd.read_parquet(city / "red_lines.parquet").geometry.to_numpy()
    paths = []
    for number in chosen.tolist():
        path = folder / f"red_line_{number}.txt"
        path.write_text(_txt(shapes[number], number), encoding="utf-8")
        paths.append(path)
    return paths


def _txt(shape: shapely.Polygon, number: int) -> str:
    points = shapely.get_coordinates(shape).tolist()
    names = [*(f"J{at}" for at in range(1, len(points))), "J1"]
    lines = [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=38",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        f"{len(points)},{shape.area / 1e4:.4f},P-{number},地块,面,,,,@",
        *(f"{name},1,{y:.3f},{x:.3f}" for name, (x, y) in zip(names, points, strict=True)),
    ]
    return "\n".join(lines) + "\n"
