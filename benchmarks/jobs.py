"""The jobs, as ../shared/design/PERFORMANCE.md names them, and who takes part in each.

An engine's module has ``load(city, layers)``, from files to whatever it keeps ready, and
``answer(state)``, from there to a table. *Prepared* is the second alone, *file* both. One process
serves all the jobs that ask the same of the same module.
"""

from __future__ import annotations

from dataclasses import dataclass

from city import LAYERS

CONTROL_LINES = tuple(LAYERS)
PARCELS = ("parcels",)
#: What a parcel is excluded by in job B.
EXCLUSIONS = ("farmland", "ecological_red_line", "rivers", "forest", "flood", "hazard")

PREPARED, FILE = "prepared", "file"

OVERLAYS = {
    "shapely": "shapely_expert",
    "geopandas": "geopandas_overlay",
    "sedonadb": "sedonadb",
    "duckdb": "duckdb_spatial",
    "postgis": "postgis",
}


@dataclass(frozen=True, slots=True)
class Job:
    """What is timed, over which layers, and by which module for each engine.

    ``key``: the columns that name a row of the answer, for comparing; ``value``: what is compared.
    """

    name: str
    scope: str
    layers: tuple[str, ...]
    modules: dict[str, str]
    key: tuple[str, ...] = ("layer", "red_line", "feature")
    value: str = "area_m2"


def _overlay_jobs(short: str, layers: tuple[str, ...]) -> list[Job]:
    ours = ("siting_prepared", "siting_file", "siting_first")
    names = ("prepared", "file", "first time")
    return [
        Job(f"{short} {name}", scope, layers, {"siting": module, **OVERLAYS})
        for name, scope, module in zip(names, (PREPARED, FILE, FILE), ours, strict=True)
    ]


JOBS = {
    job.name: job
    for job in (
        *_overlay_jobs("A1", CONTROL_LINES),
        *_overlay_jobs("A2", PARCELS),
        Job(
            "B exclusion table",
            PREPARED,
            EXCLUSIONS,
            {
                "siting": "exclusion_siting",
                "shapely": "exclusion_shapely",
                "postgis": "exclusion_postgis",
            },
            key=("layer", "parcel"),
        ),
        Job(
            "B candidates",
            PREPARED,
            EXCLUSIONS,
            {
                "siting": "candidates_siting",
                "shapely": "candidates_shapely",
                "geopandas": "candidates_geopandas",
                "sedonadb": "candidates_sedonadb",
                "duckdb": "candidates_duckdb",
                "postgis": "candidates_postgis",
            },
            key=("candidate",),
            value="distance_m",
        ),
        Job(
            "B 500 projects",
            PREPARED,
            EXCLUSIONS,
            {
                "siting": "search_siting",
                "polars": "search_polars",
                "pandas": "search_pandas",
                "duckdb": "search_duckdb",
            },
            key=("project",),
            value="numbers_sum",
        ),
        Job(
            "C raster chain",
            FILE,
            (*CONTROL_LINES, *PARCELS),
            {"siting": "raster_siting", "rasterio": "raster_rasterio"},
            key=("what", "place"),
            value="value",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Run:
    """One process: a module over some layers, and the jobs that it serves."""

    engine: str
    module: str
    layers: tuple[str, ...]
    jobs: tuple[Job, ...]

    @property
    def name(self) -> str:
        """A name for files: the module and its first job's family."""
        return f"{self.jobs[0].name.split()[0]}-{self.module}"


def runs_of(jobs: list[str], engines: list[str]) -> list[Run]:
    """Return the processes that the jobs ask for, siting first."""
    served: dict[tuple[str, str, tuple[str, ...]], list[Job]] = {}
    for name in jobs:
        job = JOBS[name]
        for engine, module in job.modules.items():
            if engine in engines:
                served.setdefault((engine, module, job.layers), []).append(job)
    return [Run(*key, tuple(served[key])) for key in served]
