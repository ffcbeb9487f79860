"""siting when it sees a city for the first time: nothing is kept yet, and it writes what is."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from engines.siting_file import answer, city_of
from siting import api

__all__ = ["answer", "load"]


def load(city: Path, layers: tuple[str, ...]) -> api.Study:
    # beside the city, as the kept layers of every day are: on the same disk
    kept = tempfile.mkdtemp(prefix="first-", dir=city)
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    os.environ["SITING_CACHE"] = kept
    return api.load(city_of(city, layers))
