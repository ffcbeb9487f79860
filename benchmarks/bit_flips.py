"""Flip single bits in a sound layer of every format and count what the load contract notices.

    python benchmarks/bit_flips.py [flips per format]

Seeded: the same versions of the libraries give the same figures. With a recorded sha256 every
flip must be refused. Without one: ``refused`` (the layer fails, or lists refused rows), ``same``
(the bit carries nothing that siting reads), ``changed`` (other data, and no reader can see it).
The figures stand in docs/formats.md.
"""

# ruff: noqa: PLC0415 - the tests are found by the path that is set here

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    """Print one line per format."""
    import shapely

    from siting.load.child import Reader
    from siting.load.contract import neighbourhood_of
    from siting.load.layer import Ground
    from tests.load.flips import FLIPS, tally
    from tests.load.specimens import FORMATS
    from tests.load.town import CRS, EAST, NORTH

    flips = int(sys.argv[1]) if len(sys.argv) > 1 else FLIPS
    outline = shapely.box(EAST, NORTH, EAST + 10_000, NORTH + 10_000)
    print("| format | with sha256: refused | without: refused | same | changed | reader died |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        ground = Ground(CRS, dt.date(2026, 3, 1), Path(folder), neighbourhood_of(outline))
        for name in FORMATS:
            counts = tally(name, Path(folder) / name, reader, ground, flips=flips)
            cells = [counts.without[key] for key in ("refused", "same", "changed")]
            row = [name, f"{counts.refused_with_sha256} of {flips}", *cells, counts.crashes]
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    main()
