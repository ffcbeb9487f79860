"""siting itself: Python and packages against their lower bounds, browser assets, fonts."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sys
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from siting.doctor.checks import Check, CheckStatus, Group
from siting.model import Text

_BOUND = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*>=\s*([0-9.]+)")
#: What a page of ours is made of: package, folder in it, files.
_ASSETS = (
    ("xstatic.pkg.leaflet", "data", ("leaflet.js", "leaflet.css")),
    ("siting.mapping", "page", ("page.html", "page.css", "phone.css", "print.css", "tools.css")),
)
#: Folders of fonts on Linux, macOS and Windows.
_FONT_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "%WINDIR%/Fonts",
)  # fmt: skip
#: Parts of the file names of fonts that have Chinese glyphs.
_CHINESE_FONTS = re.compile(
    r"cjk|notosanssc|notoserifsc|sourcehan|sim(hei|sun|kai|fang)|msyh|deng|wqy|pingfang|stheiti"
    r"|songti|hiragino ?sans ?gb|droidsansfallback|uming|ukai|lxgw|harmonyos_sans_sc|fandol",
    re.IGNORECASE,
)
_REINSTALL = Text(
    "重新安装 siting：pip install --force-reinstall siting（或在仓库中 make setup）",
    "install siting again: pip install --force-reinstall siting (or make setup in the repository)",
)


def release_of(version: str) -> tuple[int, ...]:
    """Return the numbers at the beginning of a version: ``2.1.1rc1`` -> (2, 1, 1)."""
    numbers = re.match(r"[0-9]+(\.[0-9]+)*", version)
    return tuple(int(part) for part in numbers.group().split(".")) if numbers else ()


def is_at_least(version: str, bound: str) -> bool:
    """True when a version is not older than a bound; 2.2 and 2.2.0 are the same."""
    left, right = release_of(version), release_of(bound)
    width = max(len(left), len(right))
    return left + (0,) * (width - len(left)) >= right + (0,) * (width - len(right))


def examine_python() -> Check:
    """Check the running Python against ``requires-python``."""
    version, title = platform.python_version(), Text("Python", "Python")
    try:
        headers = importlib.metadata.metadata("siting")
        bound = "".join(headers.get_all("Requires-Python", []))
    except importlib.metadata.PackageNotFoundError:
        bound = ""
    wanted = bound.removeprefix(">=")
    found = Text(f"{version}（要求 {bound or '未知'}）", f"{version} (wanted {bound or 'unknown'})")
    if is_at_least(version, wanted):
        return Check(Group.PROGRAM, "python", title, CheckStatus.OK, found)
    mend = Text(f"安装 Python {wanted} 或更新", f"install Python {wanted} or later")
    return Check(Group.PROGRAM, "python", title, CheckStatus.FAULT, found, mend)


def examine_packages() -> Check:
    """Check each package that siting needs against its lower bound in pyproject.toml."""
    title = Text("程序包", "packages")
    try:
        lines = importlib.metadata.requires("siting") or []
    except importlib.metadata.PackageNotFoundError:
        found = Text("siting 未安装，版本要求未知", "siting is not installed: no bounds to check")
        return Check(Group.PROGRAM, "packages", title, CheckStatus.WARNING, found, _REINSTALL)
    faults, details = [], []
    for line in sorted(lines):
        match = _BOUND.match(line)
        if match is None or "extra ==" in line:
            continue
        name, bound = match.groups()
        version = _version(name)
        details.append(Text(f"{name} {version or '—'}（≥ {bound}）", f"{name} {version} ≥ {bound}"))
        if not version or not is_at_least(version, bound):
            faults.append(f"{name} {version or '—'} < {bound}")
    if faults:
        words = "、".join(faults)
        found = Text(f"缺少或过旧：{words}", f"missing or too old: {', '.join(faults)}")
        names = " ".join(f"'{fault.split()[0]}>={fault.split()[-1]}'" for fault in faults)
        mend = Text(f"pip install {names}", f"pip install {names}")
        status = CheckStatus.FAULT
        return Check(Group.PROGRAM, "packages", title, status, found, mend, tuple(details))
    number = len(details)
    found = Text(f"{number} 个都够新", f"all {number} are new enough")
    return Check(Group.PROGRAM, "packages", title, CheckStatus.OK, found, details=tuple(details))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def examine_assets() -> Check:
    """Check the files that are put into each page: without them no map can be drawn."""
    title = Text("网页组件", "browser assets")
    missing, details = [], []
    for package, folder, names in _ASSETS:
        for name in names:
            size_bytes = _size_bytes(package, folder, name)
            if not size_bytes:
                missing.append(f"{package}/{name}")
            else:
                details.append(Text(f"{name} {size_bytes:,} 字节", f"{name} {size_bytes:,} bytes"))
    if missing:
        found = Text("缺少：" + "、".join(missing), "missing: " + ", ".join(missing))
        return Check(
            Group.PROGRAM, "assets", title, CheckStatus.FAULT, found, _REINSTALL, tuple(details)
        )
    version = _version("XStatic-Leaflet")
    found = Text(
        f"齐全，Leaflet {version}，地图离线可用", f"complete, Leaflet {version}; maps work offline"
    )
    return Check(Group.PROGRAM, "assets", title, CheckStatus.OK, found, details=tuple(details))


def _size_bytes(package: str, folder: str, name: str) -> int:
    try:
        file: Traversable = resources.files(package) / folder / name
        return len(file.read_bytes())
    except (ModuleNotFoundError, OSError):
        return 0


def examine_fonts() -> Check:
    """Look for a font with Chinese glyphs, by file name; pages need one, sheets bring theirs."""
    title = Text("中文字体", "Chinese fonts")
    names = sorted({path.name for folder in _font_folders() for path in _fonts_in(folder)})
    if names:
        number, shown = len(names), ", ".join(names[:3])
        found = Text(f"{number} 个文件：{shown}", f"{number} file(s): {shown}")
        return Check(Group.COMPUTER, "fonts", title, CheckStatus.OK, found)
    found = Text("未找到", "none found")
    mend = Text(
        "安装思源黑体（Debian：apt-get install fonts-noto-cjk）；网页打印需要，图幅和报告不需要",
        "install Noto Sans SC (Debian: apt-get install fonts-noto-cjk); pages and their prints "
        "need it; checks, sheets and reports do not",
    )
    return Check(Group.COMPUTER, "fonts", title, CheckStatus.WARNING, found, mend)


def _font_folders() -> list[Path]:
    windows = os.environ.get("WINDIR", "")
    folders = [folder.replace("%WINDIR%", windows) for folder in _FONT_FOLDERS]
    is_windows = sys.platform == "win32"
    return [Path(f).expanduser() for f in folders if is_windows or not f.startswith("/Fonts")]


def _fonts_in(folder: Path) -> list[Path]:
    kinds = {".ttf", ".ttc", ".otf", ".otc"}
    return [
        Path(place) / name
        for place, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in kinds and _CHINESE_FONTS.search(name)
    ]
