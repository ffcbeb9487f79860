"""What is laid into a package as it is: sheet, report and papers, each read back before it goes.

They are made by other rooms from the same report, as this district may read it; here they are
copied, entered into the manifest, and held to what they say.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from siting.config import raise_collected
from siting.errors import ReadError, SitingError, Where
from siting.handover.manifest import file_entry
from siting.load.words import say
from siting.model import Text
from siting.planning import CityPlan
from siting.save.record import hash_of, recorded

MANIFEST = "manifest.json"
SHEET, REPORT, PAPERS = "sheet.pdf", "report.pdf", "papers"
"""Names in a package: the district's A3 sheet, its report for print, the folder of its papers."""

_BODY = "word/document.xml"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to be laid into a package: its path there, with ``/``, and where it lies now."""

    name: str
    source: Path


@dataclass(frozen=True, eq=False, slots=True)
class Supplements:
    """What packages hold besides the tables of a report.

    ``plan`` is the plan of the city, of the same run; or why there is none though one was asked
    for, which the manifests then say. ``enclosures`` are files by the code of their district;
    ``may_replace_papers``: also papers that lie there and that somebody has edited.
    """

    plan: CityPlan | Text | None = None
    enclosures: Mapping[str, Sequence[Enclosure]] = field(default_factory=dict)
    may_replace_papers: bool = False


def enclose(home: Path, enclosures: Iterable[Enclosure]) -> dict[str, dict[str, Any]]:
    """Copy files into a package; return the manifest's entry of each by its path.

    Raises
    ------
    OSError
        When one cannot be read or written.
    """
    entries = {}
    for each in enclosures:
        target = home / each.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(each.source, target)
        entries[each.name] = file_entry(target, rows=None)
    return entries


def require_readable(folder: Path) -> None:
    """Read the PDF and Word files of all packages in a folder back.

    Raises
    ------
    ReadError, ProblemsError
        A file is not there, is not the one of the manifest, has no page, cannot be opened, or
        (PDF) does not name the district of its package: each with its package.
    """
    homes = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    raise_collected(
        say("移交包中有文件不能读回，未移交", "files of a package cannot be read back"),
        [problem for home in homes for problem in _problems(home)],
    )


def _problems(home: Path) -> Iterator[SitingError]:
    """Yield what is wrong with the PDF and Word files of a package."""
    district = str(json.loads((home / MANIFEST).read_bytes())["district"]["name"])
    for name, sha256 in recorded(home / MANIFEST).items():
        path = home / name
        if path.suffix not in {".pdf", ".docx"}:
            continue
        if hash_of(path) != sha256:
            found = say("与清单的 sha256 不符", "another sha256 than in the manifest")
        else:
            found = _fault_of_pdf(path, district) if path.suffix == ".pdf" else _fault_of_word(path)
        if found:
            yield ReadError(
                say("移交包中的文件不能读回", "a file of the package does not read back"),
                where=Where(file=f"{home.name}/{name}"),
                expected=say(f"{district} 的完整文件", f"a whole file of {district}"),
                found=found,
                next_step=say("检查磁盘后重新移交", "check the disk, then hand over again"),
            )


def _fault_of_pdf(path: Path, district: str) -> str:
    """Return why a PDF cannot go to a district, as PDFium reads it; "" for a sound one."""
    import pypdfium2 as pdfium

    try:
        with pdfium.PdfDocument(path) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
    except pdfium.PdfiumError as error:
        return str(error)
    if not texts:
        return say("没有页", "no page")
    if not _names("".join(texts), district):
        return say(f"没有一页写有 {district}", f"no page that names {district}")
    return ""


def _fault_of_word(path: Path) -> str:
    """Return why a Word file cannot be read; "" for a sound one."""
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            has_body = _BODY in archive.namelist()
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        return str(error)
    return broken or ("" if has_body else say("没有正文", "no text"))


def _is_kept(sign: str) -> bool:
    """True for letters, digits and pictures: what no layout puts in, leaves out or changes."""
    return sign.isalnum() or unicodedata.category(sign) in {"So", "Co"}


def _names(text: str, district: str) -> bool:
    """Tell whether a text has a district's name, by the letters and pictures of each of its parts.

    A sign that no font has stands on the page by its number, ``[U+1F3D7]``. Of what runs from the
    right single letters are looked for: PDFium gives them as they stand on the page.
    """
    found = "".join(filter(_is_kept, unicodedata.normalize("NFKC", text)))
    runs, turned = [""], set()
    for sign in unicodedata.normalize("NFKC", district):
        if not _is_kept(sign):
            runs.append("")
        elif unicodedata.bidirectional(sign) in {"R", "AL"}:
            runs.append("")
            turned.add(sign)
        else:
            runs[-1] += f"(?:{re.escape(sign)}|U{ord(sign):04X})"
    is_there = all(re.search(run, found) is not None for run in runs)
    return is_there and all(sign in found or f"U{ord(sign):04X}" in found for sign in turned)
