"""Single bits flipped in sound files: which are refused, which change nothing, which pass."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from siting.load.child import Reader
from siting.load.ground import Ground

from .specimens import FORMATS, content, files_of, is_told, load

FLIPS = 100


@dataclass
class Tally:
    """What became of the flips in one format."""

    name: str
    refused_with_sha256: int = 0
    without: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    """Flips that killed the reading process (and cost that layer alone)."""


def flip(path: Path, dice: random.Random) -> None:
    """Flip one bit of a data set; every bit of all its files is as likely."""
    files = files_of(path)
    at = dice.randrange(8 * sum(file.stat().st_size for file in files))
    for file in files:
        size = 8 * file.stat().st_size
        if at < size:
            data = bytearray(file.read_bytes())
            data[at // 8] ^= 1 << (at % 8)
            file.write_bytes(data)
            return
        at -= size


def tally(name: str, folder: Path, reader: Reader, ground: Ground, *, flips: int) -> Tally:
    """Flip `flips` bits of a format, one at a time, and read with and without the sha256."""
    dice = random.Random(f"siting {name}")  # noqa: S311 - repeatable, not secret
    home = folder / "sound"
    home.mkdir(parents=True)
    FORMATS[name].write(home / name)
    sound = load(home / name, name, reader, ground)
    assert not is_told(sound), sound.contract.problems
    wanted, recorded = content(sound), sound.source.sha256
    counts = Tally(name)
    for number in range(flips):
        hurt = folder / str(number)
        shutil.copytree(home, hurt)
        flip(hurt / name, dice)
        layer = load(hurt / name, name, reader, ground)
        said = " ".join(layer.contract.problems)
        counts.crashes += "died on this file" in said
        if is_told(layer):
            counts.without["refused"] += 1
        else:
            counts.without["same" if content(layer) == wanted else "changed"] += 1
        known = load(hurt / name, name, reader, ground, sha256=recorded)
        counts.refused_with_sha256 += is_told(known)
        shutil.rmtree(hurt)
    return counts
