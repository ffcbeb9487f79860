"""The report to disk: data and maps into the template, and typst sets it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from siting.city import City
from siting.errors import SitingError
from siting.mapping.release import Scope
from siting.mapping.subject import Subject
from siting.model import Atlas, Report, Search
from siting.save import write_bytes
from siting.sheets.booklet import booklet, readable_book, texts_of_book
from siting.sheets.fonts import Foundry
from siting.sheets.gather import content_of
from siting.sheets.insets import insets
from siting.sheets.logos import picture_kind, read_logo
from siting.sheets.page import Stationery
from siting.sheets.words import REPORT_TITLE
from siting.sheets.write import (
    SheetOptions,
    path_of,
    shown_plan,
    stationery_for,
    subjects_of,
    texts_of,
)

_TEMPLATE = "booklet.typ"


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What typst is handed: data, maps and logo, all of them files of one folder."""

    book: dict[str, object]
    maps: bytes | None
    logo: bytes | None


def write_report_pdf(
    report: Report, searches: Sequence[Search], atlas: Atlas, *, city: City, folder: Path,
    options: SheetOptions | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the report of the city, or of each of the chosen districts, as PDF.

    Equal input gives equal bytes. Data goes to typst as JSON and is never read as markup.

    Parameters
    ----------
    report, searches, atlas
        Of one run; geometry in the working CRS. ``report.repairs`` are shown where there are.
    folder
        Where the files go: ``city.pdf``, ``<code>.pdf``; made when absent.
    options
        ``districts``, ``projects``, ``title``, ``logo``, ``language``, ``planned``,
        ``unplanned``.

    Raises
    ------
    ConfigError
        For a district that the city does not have.
    ReadError
        For a logo that is no PNG or JPEG.
    WriteError
        When there is no font with Chinese, or a file cannot be written.
    """
    chosen = options or SheetOptions()
    logo = read_logo(chosen.logo)
    scope = replace(chosen, has_all_districts=False)
    scenarios = chosen.planned.scenarios if chosen.planned else ()
    written = []
    foundry = Foundry()
    whole = Subject(report, tuple(searches), atlas, city, Scope(), shown_plan(chosen))
    for subject in subjects_of(whole, options=scope):
        title = chosen.title or REPORT_TITLE.get(subject.city.language)
        content = content_of(subject, has_mu=city.language == "zh", unplanned=chosen.unplanned)
        book, wishes = booklet(
            subject, content, projects=chosen.projects, title=title, scenarios=scenarios
        )
        face = foundry.face_for([*texts_of(content), *texts_of_book(book)])
        with stationery_for(face, logo) as stationery:
            maps = insets(content, wishes, stationery)
            readable = readable_book(book, stationery.face)
            warned = [*readable["warnings"], *stationery.face.warnings(content.language)]
            manuscript = Manuscript({**readable, "warnings": warned}, maps, logo)
            path = path_of(folder, subject)
            write_bytes(path, set_in_type(manuscript, stationery))
        written.append(path)
    return tuple(written)


def set_in_type(manuscript: Manuscript, stationery: Stationery) -> bytes:
    """Return the report as a PDF without date.

    typst sees one folder that holds the template, the data, the maps, the logo and the face; it
    has no network, no packages and no fonts of the system.

    Raises
    ------
    SitingError
        When typst refuses the document, which is a fault of the template.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="siting-") as name:
        folder = Path(name)
        logo = manuscript.logo
        logo_name = None if logo is None else f"logo.{picture_kind(logo)}"
        book = {**manuscript.book, "logo": logo_name}
        template = resources.files("siting.sheets").joinpath(_TEMPLATE)
        (folder / _TEMPLATE).write_bytes(template.read_bytes())
        (folder / "booklet.json").write_text(json.dumps(book, ensure_ascii=False), "utf-8")
        (folder / "face.ttf").write_bytes(stationery.face.font_bytes)
        if manuscript.maps is not None:
            (folder / "maps.pdf").write_bytes(manuscript.maps)
        if logo is not None and logo_name is not None:
            (folder / logo_name).write_bytes(logo)
        try:
            return typst.compile(
                str(folder / _TEMPLATE), root=str(folder), font_paths=[str(folder)],
                ignore_system_fonts=True,
            )  # fmt: skip
        except typst.TypstError as error:
            raise SitingError(
                "the report cannot be set",
                found=str(error),
                next_step="this is a fault of siting: report it with this message",
            ) from error
