"""city.toml -> City: what a city has, where it lies, and what is wanted of it.

No data is read here. Paths are relative to city.toml; a layer group's folder can be
given at run time (``--data-dir``). Unknown keys are errors that name the nearest match.
The reference of every key is ``docs/city-toml.md``.
"""

from siting.city.accepting import with_accepted
from siting.city.maps import MapSpec, TileSpec
from siting.city.plans import (
    DEDUCTIONS,
    QUOTA_UNITS,
    PlanSpec,
    QuotaSpec,
    ScenarioSpec,
    SeparationSpec,
)
from siting.city.reading import date_of, read_city
from siting.city.roles import built_in_roles
from siting.city.spec import (
    AREAS_OF_RECORD,
    CHOKE_POINT_STAGES,
    CONFIRM_MARK,
    FILL_MARK,
    GEOMETRY_KINDS,
    AccessSpec,
    City,
    ComposeSpec,
    CoverageSpec,
    JoinSpec,
    LayerSpec,
    LocalSystem,
    OffMapMatter,
    ProjectsSpec,
    RedLineSpec,
    Role,
    SuggestSpec,
    form_of,
)
from siting.city.work import PROJECT_FIELDS

__all__ = [
    "AREAS_OF_RECORD",
    "CHOKE_POINT_STAGES",
    "CONFIRM_MARK",
    "DEDUCTIONS",
    "FILL_MARK",
    "GEOMETRY_KINDS",
    "PROJECT_FIELDS",
    "QUOTA_UNITS",
    "AccessSpec",
    "City",
    "ComposeSpec",
    "CoverageSpec",
    "JoinSpec",
    "LayerSpec",
    "LocalSystem",
    "MapSpec",
    "OffMapMatter",
    "PlanSpec",
    "ProjectsSpec",
    "QuotaSpec",
    "RedLineSpec",
    "Role",
    "ScenarioSpec",
    "SeparationSpec",
    "SuggestSpec",
    "TileSpec",
    "built_in_roles",
    "date_of",
    "form_of",
    "read_city",
    "with_accepted",
]
