"""The sample city 示范市: a fictional river city made from a seed, with nothing real in it.

The plan, the ground and the control lines come from one seeded generator, so that tests,
demonstrations and benchmarks of any size need no outside data. Red lines are planted on
purpose; ``redlines/planted.toml`` says what each of them meets.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from siting.errors import ReadError
from siting.lazy import names_of

if TYPE_CHECKING:
    from siting.sample.generator import generate

#: The call that wrote the committed sample.
SAMPLE_SEED = 2026
SAMPLE_PARCELS = 4_000
SAMPLE_AS_OF = dt.date(2026, 11, 20)

__all__ = [
    "SAMPLE_AS_OF",
    "SAMPLE_PARCELS",
    "SAMPLE_SEED",
    "generate",
    "is_sample",
    "sample_folder",
]

#: Who only asks where the sample city is does not wait for what made it.
_HOMES = {"siting.sample.generator": ("generate",)}
__getattr__ = names_of(__name__, _HOMES)


def is_sample(folder: Path) -> bool:
    """True for the folder of the committed sample city."""
    return folder.resolve() in _places()


def _places() -> tuple[Path, Path]:
    package = Path(__file__).resolve().parent.parent
    return package / "sample_data", package.parent / "data"


def sample_folder() -> Path:
    """Return the folder of the committed sample city: in the wheel, else in the repo.

    Raises
    ------
    ReadError
        When neither is there (a broken installation).
    """
    for folder in _places():
        if (folder / "city.toml").is_file():
            return folder
    raise ReadError(
        "the sample city is missing",
        expected="siting/sample_data in the installed package, or data/ beside it",
        next_step="install siting again, or make it with siting.sample.generate",
    )
