"""Folders: can results and temporary files be written, without leaving anything behind."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from siting.doctor.checks import Check, CheckStatus, Group
from siting.model import Text

#: Below this, a city's maps and packages may not fit.
ENOUGH_BYTES = 1 << 30
_GIB = float(1 << 30)


def examine_output(folder: Path) -> Check:
    """Check that results can be written into `folder`, which need not exist yet."""
    title = Text("成果文件夹", "output folder")
    problem = _why_not_writable(folder)
    if problem is not None:
        mend = Text(
            "移开同名文件，或在 city.toml 的 [output] folder 换一个可写的文件夹（或用 --output）",
            "move that file away, or choose a folder that you may write into: [output] folder "
            "in city.toml, or --output",
        )
        return Check(Group.CITY, "output", title, CheckStatus.FAULT, problem, mend)
    found = Text(f"可写：{folder.name}", f"can be written: {folder.name}")
    return Check(Group.CITY, "output", title, CheckStatus.OK, found)


def examine_temporary_folder() -> Check:
    """Check the folder that the reading process writes its rows into."""
    title = Text("临时文件夹", "temporary folder")
    mend = Text(
        "清理磁盘，或把环境变量 TMPDIR（Windows：TEMP）指向有空间的文件夹",
        "free some space, or point TMPDIR (Windows: TEMP) at a folder that has it",
    )
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError:
        found = Text("没有可写的临时文件夹", "there is no temporary folder to write into")
        return Check(Group.COMPUTER, "temporary", title, CheckStatus.FAULT, found, mend)
    problem = _why_not_writable(folder)
    if problem is not None:
        return Check(Group.COMPUTER, "temporary", title, CheckStatus.FAULT, problem, mend)
    free_bytes = shutil.disk_usage(folder).free
    free = f"{free_bytes / _GIB:,.1f} GiB"
    found = Text(f"可写，剩余 {free}", f"can be written, {free} free")
    if free_bytes < ENOUGH_BYTES:
        return Check(Group.COMPUTER, "temporary", title, CheckStatus.WARNING, found, mend)
    return Check(Group.COMPUTER, "temporary", title, CheckStatus.OK, found)


def _why_not_writable(folder: Path) -> Text | None:
    """Return why nothing can be written into a folder, or below its nearest existing parent."""
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        return Text(
            f"“{existing.name}”是文件，不是文件夹", f"'{existing.name}' is a file, not a folder"
        )
    try:
        with tempfile.TemporaryFile(dir=existing):
            return None
    except OSError as error:
        why = error.strerror or "OSError"
        return Text(f"不能写入“{existing.name}”：{why}", f"'{existing.name}' refuses: {why}")
