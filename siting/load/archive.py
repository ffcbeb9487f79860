"""Zip archives: what may be unpacked, into a private folder, and what lies in it.

An archive is refused for a member that would land elsewhere (``..``, an absolute path, a
link), for another archive inside, a password, and for its size (:data:`MOST_BYTES`,
:data:`MOST_MEMBERS`, :data:`MOST_RATIO`). What a member says of its size is not believed:
bytes are counted while they are unpacked.
"""

from __future__ import annotations

import lzma
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from siting.load.formats import ZIP_MAGIC
from siting.load.words import listed, say

#: What a damaged zip raises while it is read: a wrong size or method ends in any decompressor's
#: own error, a wrong flag in "encrypted" (RuntimeError).
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    OSError,
)  # fmt: skip

#: Limits of an archive: members, bytes unpacked, and bytes unpacked per byte packed.
MOST_MEMBERS = 1000
MOST_BYTES = 2 << 30
MOST_RATIO = 100
#: An archive below this size passes whatever its ratio: small texts do pack well.
SMALL_BYTES = 1 << 20
CHUNK_BYTES = 1 << 20
#: Names that an archive inside an archive has.
ARCHIVES = frozenset({".zip", ".kmz", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar"})
#: What Windows and macOS put beside the data.
_LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini", ".DS_Store")
_IS_UTF8 = 0x800
_IS_ENCRYPTED = 0x1


class ArchiveError(Exception):
    """The archive is damaged or unsafe, or does not hold what is looked for."""


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack an archive into a private folder, which goes when the block ends.

    Raises
    ------
    ArchiveError
        When a member is unsafe, the archive damaged, or a limit exceeded.
    """
    with tempfile.TemporaryDirectory(prefix="siting-zip-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, Path(folder))
        except ZIP_ERRORS as error:
            text = say(f"压缩包已损坏：{error}", f"the archive is damaged: {error}")
            raise ArchiveError(text) from error
        yield Path(folder)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    members = [member for member in archive.infolist() if not member.is_dir()]
    refuse_size(members)
    left = MOST_BYTES
    seen: set[str] = set()
    for member in members:
        name = safe_name(member)
        if any(part in _LITTER for part in name.parts):
            continue
        if str(name).lower() in seen:
            raise ArchiveError(say(f"成员重名：{name}", f"two members are called '{name}'"))
        seen.add(str(name).lower())
        target = folder.joinpath(*name.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        left -= _copy(archive, member, target, left)


def refuse_size(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that says it is larger than the limits.

    Raises
    ------
    ArchiveError
        With the numbers.
    """
    size = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    is_bomb = size > SMALL_BYTES and size > MOST_RATIO * packed
    if len(members) > MOST_MEMBERS or size > MOST_BYTES or is_bomb:
        text = f"{len(members)} members, {packed} -> {size} bytes"
        raise ArchiveError(
            say(f"压缩包超出限制：{text}", f"the archive exceeds the limits: {text}")
        )


def safe_name(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's path under the folder; names without the UTF-8 flag may be GBK.

    Raises
    ------
    ArchiveError
        For a path that leads elsewhere, a link, an archive or an encrypted member.
    """
    text = member.filename
    if not member.flag_bits & _IS_UTF8:
        try:
            text = text.encode("cp437").decode("gb18030")
        except UnicodeError:  # neither: the name stays as zipfile read it
            text = member.filename
    name = PurePosixPath(text.replace("\\", "/"))
    is_elsewhere = name.is_absolute() or ".." in name.parts or ":" in text or "\x00" in text
    if is_elsewhere or not name.parts:
        raise ArchiveError(
            say(f"成员路径越界：{text!r}", f"a member would land elsewhere: {text!r}")
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveError(say(f"成员是链接：{text}", f"a member is a link: {text}"))
    if name.suffix.lower() in ARCHIVES:
        raise ArchiveError(
            say(f"压缩包内还有压缩包：{text}", f"an archive inside the archive: {text}")
        )
    if member.flag_bits & _IS_ENCRYPTED:
        raise ArchiveError(say("压缩包有密码", "the archive has a password"))
    return name


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Unpack one member and return its true size; more than `left` bytes raise."""
    size = 0
    with archive.open(member) as source, target.open("xb") as sink:
        while chunk := source.read(CHUNK_BYTES):
            if size == 0 and chunk.startswith(ZIP_MAGIC):
                raise ArchiveError(
                    say("压缩包内还有压缩包", f"an archive inside the archive: {member.filename}")
                )
            size += len(chunk)
            if size > left or size > max(SMALL_BYTES, MOST_RATIO * max(1, member.compress_size)):
                raise ArchiveError(
                    say("压缩包超出限制", f"'{member.filename}' unpacks to more than allowed")
                )
            sink.write(chunk)
    return size


def data_in(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """Return the data sets in an unpacked archive by suffix; a .gdb folder counts as one."""
    found = []
    for path in sorted(folder.rglob("*")):
        if any(parent.suffix.lower() == ".gdb" for parent in path.relative_to(folder).parents):
            continue
        if path.suffix.lower() in suffixes:
            found.append(path)
    return found


def choose(found: list[Path], folder: Path, asked: str) -> tuple[Path, str]:
    """Return the data set that `asked` names, and what of `asked` names a layer within it.

    Raises
    ------
    ArchiveError
        Nothing that can be read, or several and no choice.
    """
    names = [str(path.relative_to(folder).with_suffix("")) for path in found]
    if not found:
        raise ArchiveError(
            say("压缩包内没有可读取的数据", "the archive holds nothing that can be read")
        )
    for path, name in zip(found, names, strict=True):
        if asked in (name, path.stem, str(path.relative_to(folder))) and asked:
            return path, ""
    if len(found) == 1:
        return found[0], asked
    raise ArchiveError(
        say(
            f"压缩包内有 {len(found)} 个图层（{listed(names)}），请用 sublayer 指明",
            f"the archive holds {len(found)} layers ({listed(names)}): name one as sublayer",
        )
    )
