"""Where things are kept: beside the city, else in the user's cache folder, else nowhere."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

#: ``off`` keeps nothing; a path keeps everything below it.
CACHE_VARIABLE = "SITING_CACHE"
#: Name of the folder beside city.toml.
FOLDER_NAME = ".siting-cache"
_OFF = frozenset({"off", "0", "no", "none"})


def store_folder(
    city_folder: Path, environment: Mapping[str, str] | None = None, *, is_away: bool = False
) -> Path | None:
    """Return the folder for what is kept of a city; None to keep nothing.

    Parameters
    ----------
    city_folder
        The folder of city.toml. It need not be writable: then the user's cache folder is
        taken, and in it a folder of the same name.
    environment
        Instead of ``os.environ``; ``SITING_CACHE`` in it says ``off`` or names a folder. Two
        cities in one such folder do not meet: entries go by content.
    is_away
        Never beside the city, though it were writable: what lies there is shipped.
    """
    given = os.environ if environment is None else environment
    wanted = given.get(CACHE_VARIABLE, "").strip()
    if wanted.lower() in _OFF:
        return None
    if wanted:
        return Path(wanted)
    beside = city_folder / FOLDER_NAME
    if not is_away and os.access(beside if beside.exists() else city_folder, os.W_OK):
        return beside
    whole = city_folder.absolute()
    try:
        home = user_cache_folder(given)
    except RuntimeError:  # a user without a home
        return None
    # Two folders of one name are told apart by their path.
    mark = hashlib.sha256(str(whole).encode(errors="surrogateescape")).hexdigest()[:8]
    return home / "siting" / "cities" / f"{whole.name or 'root'}-{mark}"


def user_cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder where the system's user keeps what programs can make again.

    Raises
    ------
    RuntimeError
        When the user has no home.
    """
    given = os.environ if environment is None else environment
    if sys.platform == "win32":
        return Path(given.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(given.get("XDG_CACHE_HOME") or Path.home() / ".cache")
