"""Which files lie in a folder: data, their parts, and what is left aside with the reason."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from siting.errors import ReadError, Where
from siting.load.formats import EXTENSIONS, GDB_CATALOGUE, REFUSED
from siting.load.words import say
from siting.store import FOLDER_NAME

#: More files than this are no city's data but a disk.
MOST_FILES = 5000
#: What lies beside a file and belongs to it, by the file's own suffix.
PARTS = {
    ".shp": (
        ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".fbn", ".fbx",
        ".ain", ".aih", ".atx", ".ixs", ".mxs", ".idm", ".ind", ".shp.xml",
    ),
    ".gpkg": (".gpkg-wal", ".gpkg-shm", ".gpkg-journal", ".gpkg.aux.xml"),
    ".tif": (".tfw", ".tif.aux.xml", ".tif.ovr", ".tif.xml", ".aux", ".rrd"),
    ".tiff": (".tfw", ".tiff.aux.xml", ".tiff.ovr", ".tiff.xml"),
    ".csv": (".csvt", ".prj"),
}  # fmt: skip
#: Parts of a shapefile that mean nothing, or something else, without their .shp.
_ORPHANS = (".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
#: What systems and programs leave behind.
_LITTER = frozenset({"thumbs.db", "desktop.ini"})
#: How hidden files, macOS's doubles and Excel's locks begin.
_LEFT_OVER = (".", "~$")


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that is no data, and why it was left aside."""

    path: Path
    reason: str
    #: True when it stands for data that could not be looked at: nobody may overlook it.
    is_loss: bool = False


@dataclass(slots=True)
class Finds:
    """The data files of a folder, in the order of their paths, and the rest."""

    base: Path
    files: list[Path] = field(default_factory=list)
    parts: list[Aside] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)


def find_files(source: Path) -> Finds:
    """Return the data files in a folder and its subfolders, or the one that `source` is.

    Parameters
    ----------
    source
        A folder, a ``.gdb`` folder, or a single file of any format that siting reads.

    Raises
    ------
    ReadError
        There is no such thing, it cannot be opened, it is empty, or holds more than
        5,000 files.
    """
    if not source.exists():
        raise ReadError(
            say(f"“{source}”不存在", f"there is no '{source}'"),
            where=Where(file=source.name),
            next_step=say("检查路径", "check the path"),
        )
    if source.is_file() or _is_geodatabase(source):
        return Finds(source.parent, [source])
    finds = Finds(source)
    _sort_out(_all_files(source, finds), finds)
    if not finds.files and not finds.aside and not finds.parts:
        raise ReadError(
            say("文件夹是空的", "the folder is empty"),
            where=Where(file=source.name),
            expected=say("图层、红线或台账文件", "files of layers, red lines or a ledger"),
            next_step=say("换一个文件夹", "give the folder with the data"),
        )
    return finds


def _is_geodatabase(path: Path) -> bool:
    is_named = path.suffix.lower() == ".gdb"
    return path.is_dir() and (is_named or (path / GDB_CATALOGUE).is_file())


def _all_files(source: Path, finds: Finds) -> list[Path]:
    """Return every file and every .gdb folder; links and what is closed go aside."""
    found: list[Path] = []

    def closed(error: OSError) -> None:
        place = Path(str(error.filename or source))
        if place == source:
            raise ReadError(
                say("文件夹无法打开", "the folder cannot be opened"),
                where=Where(file=source.name),
                found=str(error.strerror),
                next_step=say("检查读取权限", "check the permissions"),
            ) from error
        reason = say(f"文件夹无法打开：{error.strerror}", f"cannot be opened: {error.strerror}")
        finds.aside.append(Aside(place, reason, is_loss=True))

    for folder, names, files in os.walk(source, onerror=closed):
        here = Path(folder)
        inner = sorted(names)
        names[:] = []
        for name in inner:
            place = here / name
            if name == FOLDER_NAME:  # what siting itself has made of these files
                continue
            if place.is_symlink():
                finds.aside.append(_link(place))
            elif _is_geodatabase(place):
                found.append(place)
            else:
                names.append(name)
        found += [here / name for name in sorted(files)]
        if len(found) > MOST_FILES:
            raise _too_many(source)
    return sorted(found, key=lambda path: path.relative_to(source).parts)


def _too_many(source: Path) -> ReadError:
    return ReadError(
        say(f"文件超过 {MOST_FILES} 个", f"there are more than {MOST_FILES} files"),
        where=Where(file=source.name),
        expected=say("一个城市的数据文件夹", "the folder of one city's data"),
        next_step=say("给出更具体的文件夹", "give a narrower folder"),
    )


def _link(path: Path) -> Aside:
    text = say("链接，不跟随；请给出它指向的位置", "a link, not followed: give what it points to")
    return Aside(path, text, is_loss=path.suffix.lower() in EXTENSIONS or path.is_dir())


def _sort_out(paths: list[Path], finds: Finds) -> None:
    owners = _owners(paths)
    for path in paths:
        owner = owners.get(path)
        if owner is not None:
            finds.parts.append(Aside(path, say(f"属于 {owner.name}", f"part of {owner.name}")))
        elif not _is_plain(path, finds):
            continue
        elif path.suffix.lower() in EXTENSIONS and not path.name.startswith(_LEFT_OVER):
            finds.files.append(path)
        else:
            finds.aside.append(_no_data(path))


def _owners(paths: list[Path]) -> dict[Path, Path]:
    """Return the file that each part belongs to: same folder, same stem, whatever the case."""
    named = {(path.parent, path.name.lower()): path for path in paths}
    owners = {}
    for path in paths:
        for suffix in PARTS.get(path.suffix.lower(), ()):
            part = named.get((path.parent, f"{path.stem}{suffix}".lower()))
            if part is not None:
                owners[part] = path
    return owners


def _is_plain(path: Path, finds: Finds) -> bool:
    """True for a regular file with a name that a text can hold; others go aside."""
    if path.is_symlink():
        finds.aside.append(_link(path))
    elif not (path.is_file() or path.is_dir()):
        text = say("不是普通文件", "not a regular file")
        finds.aside.append(Aside(path, text, is_loss=path.suffix.lower() in EXTENSIONS))
    elif not _is_writable_name(path):
        text = say("文件名不是 UTF-8，请改名", "its name is no UTF-8: rename it")
        finds.aside.append(Aside(path, text, is_loss=True))
    else:
        return True
    return False


def _is_writable_name(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _no_data(path: Path) -> Aside:
    suffix = path.suffix.lower()
    if path.name.startswith(_LEFT_OVER) or path.name.lower() in _LITTER:
        return Aside(path, say("隐藏文件或系统文件", "hidden, or left behind by a program"))
    if suffix in REFUSED:
        text = say("不支持的格式", "not a format that is read")
        return Aside(path, f"{text}; {REFUSED[suffix]}", is_loss=True)
    if suffix in _ORPHANS:
        text = say("缺少同名 .shp", "a part of a shapefile whose .shp is not there")
        return Aside(path, text, is_loss=True)
    return Aside(path, say("不是数据格式", "no format of data"))
