"""Fuzz the red-line TXT reader and the clipboard reader: only SitingError may come out.

    python benchmarks/fuzz_txt.py [corpus folder] [libFuzzer options]
    python benchmarks/fuzz_txt.py -max_total_time=600 /tmp/corpus

Needs ``atheris`` (coverage-guided fuzzing, not a dependency of siting). Without it, or with
``--plain N``, N seeded mutations of the seeds run instead. An execution reads one input as a
file (tolerant, strict, swapped axes accepted) and as a pasted text.
"""

# ruff: noqa: PLC0415, S311, RUF001, ISC004 - late imports are instrumented; seeds are dirty

from __future__ import annotations

import contextlib
import random
import sys
from pathlib import Path

SEEDS = [
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=38\n"
    "精度=0.001\n转换参数=,,,,,,\n[地块坐标]\n5,1.0000,P-01,甲地块,面,,公园,1401,@\n"
    "J1,1,2579600.000,38378300.000\nJ2,1,2579600.000,38378400.000\n"
    "J3,1,2579700.000,38378400.000\nJ4,1,2579700.000,38378300.000\n"
    "J1,1,2579600.000,38378300.000\nJ5,2,2579620.000,38378320.000\n"
    "J6,2,2579620.000,38378340.000\nJ7,2,2579640.000,38378340.000\n"
    "J5,2,2579620.000,38378320.000\n",
    "带号=38\n1,2579600,378300\n2,2579600,378400\n3,2579700,378400\n",
    "【地块坐标】\n３，１亩，，ＤＫＭＣ，面，，，＠\n1,1,23.1,113.2\n2,1,23.1,113.3\n3,1,23.2,113.3\n",
    "113°15′30.5″ 23°07′12″\n113°15′40.5″ 23°07′12″\n113°15′40.5″ 23°07′22″",
    "POLYGON((378300 2579600,378400 2579600,378400 2579700,378300 2579600))",
    "SRID=4547;MULTIPOLYGON(((378300 2579600,378400 2579600,378400 2579700,378300 2579600)))",
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":1},'
    '"geometry":{"type":"Polygon","coordinates":[[[113.2,23.1],[113.3,23.1],[113.3,23.2]]]}}]}',
    "北坐标\t东坐标\n2579600\t378300\n2579600\t378400\n2579700\t378400\n",
]
ENCODINGS = ("utf-8", "gb18030", "utf-16")
PIECES = (
    b"\n", b"\r", b",", b"@", b"=", b"J1", b"[", b"]", b"\x00", b"\xff", b"9" * 12, b"-", b".",
    b"nan", b"1e400", b"1_0", "面".encode(), "，".encode(), "＠".encode(), "°".encode(), b"{", b"(",
    b"SRID=9999;", b"POLYGON EMPTY", b"38378344.592", b"0.001", b"-180",
)  # fmt: skip


def seeds() -> list[bytes]:
    """Return every seed in every encoding."""
    return [seed.encode(name) for seed in SEEDS for name in ENCODINGS]


def read(data: bytes) -> None:
    """Read one input in each way; anything but a SitingError is a fault of ours."""
    from siting.city import RedLineSpec
    from siting.errors import SitingError
    from siting.load.encoding import decode_text, lenient_text
    from siting.load.paste import read_pasted
    from siting.load.redline_txt import parse
    from siting.load.txt_red_lines import TextWays, red_lines_of

    spec = RedLineSpec(path=Path("fuzz.txt"))
    try:
        text, encoding = decode_text(data)
    except UnicodeDecodeError:
        text, encoding = lenient_text(data), "utf-8"
    for ways in (TextWays(), TextWays(is_strict=True), TextWays(accept="axes_swapped")):
        with contextlib.suppress(SitingError):
            parsed = parse(text, file="fuzz.txt", encoding=encoding)
            red_lines_of(parsed, spec, "EPSG:4547", ways)
    for crs in ("", "EPSG:4547", "EPSG:4490"):
        with contextlib.suppress(SitingError):
            read_pasted(text, crs=crs, working_crs="EPSG:4547")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Return a seed with a few bytes, pieces or lines changed."""
    content = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randint(0, len(content))
        action = dice.randint(0, 4)
        if action == 0 and content:
            content[at % len(content)] = dice.randint(0, 255)
        elif action == 1:
            content[at:at] = dice.choice(PIECES)
        elif action == 2:
            del content[at : at + dice.randint(1, 30)]
        elif action == 3:
            piece = content[at : at + dice.randint(1, 60)]
            other = dice.randint(0, len(content))
            content[other:other] = piece
        else:
            del content[at:]
    return bytes(content)


def plain(count: int, seed: int = 20261121) -> int:
    """Read `count` seeded mutations; return how many were read."""
    dice = random.Random(seed)
    starts = seeds()
    for _ in range(count):
        read(mutated(dice.choice(starts), dice))
    return count


def main() -> None:
    """Fuzz with atheris where it is installed, else by plain mutation."""
    if "--plain" in sys.argv:
        print(f"{plain(int(sys.argv[sys.argv.index('--plain') + 1]))} inputs read")
        return
    try:
        import atheris
    except ImportError:
        print(f"atheris is not installed: {plain(20_000)} plain mutations read")
        return
    with atheris.instrument_imports(include=["siting"]):
        import siting.load.paste  # noqa: F401 - imported so that it is instrumented
    folders = [Path(word) for word in sys.argv[1:] if not word.startswith("-")]
    if folders:
        folders[0].mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds()):
            (folders[0] / f"seed{number}").write_bytes(seed)
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
