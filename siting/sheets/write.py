"""Sheets to disk: ``sheets/city.pdf`` and ``sheets/<code>.pdf``."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from siting.city import City
from siting.errors import ConfigError, Where, WriteError, nearest
from siting.mapping.release import Scope
from siting.mapping.subject import Planned, Subject
from siting.mapping.write import file_stem
from siting.model import NO_TEXT, Atlas, Report, Search, Text
from siting.save import write_bytes
from siting.sheets.fonts import Face, Foundry
from siting.sheets.gather import content_of, subject_of
from siting.sheets.logos import read_logo
from siting.sheets.page import Stationery, draw_sheet
from siting.sheets.paper import settings
from siting.sheets.records import Content


@dataclass(frozen=True, slots=True)
class SheetOptions:
    """What a user may choose of sheets and reports.

    ``districts`` are codes; none of them means the city and, for sheets, every district too.
    ``title`` stands in place of the city's ``map_title``, ``language`` of the city's language.
    ``projects`` (ids) narrow a report to their pages; ``has_all_districts``: where no district is
    chosen, each is made beside the city. ``planned`` is the plan of the city, where one was made;
    its scenarios are told by reports, and drawn by neither. ``unplanned`` says why there is none.
    """

    districts: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    has_all_districts: bool = True
    title: str = ""
    logo: Path | None = None
    language: str | None = None
    planned: Planned | None = None
    unplanned: Text = NO_TEXT


def write_sheets(
    report: Report, searches: Sequence[Search], atlas: Atlas, *, city: City, folder: Path,
    options: SheetOptions | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write A3 sheets of the city and of its districts; return the paths in that order.

    Equal input gives equal bytes. An old sheet stays whole until its successor is complete.

    Parameters
    ----------
    report, searches, atlas
        Of one run; geometry in the working CRS.
    folder
        Where the sheets go; made when absent.
    options
        Which sheets, and how they are titled.

    Raises
    ------
    ConfigError
        For a district that the city does not have.
    ReadError
        For a logo that is no PNG or JPEG.
    WriteError
        When there is no font with Chinese, or a sheet cannot be written.
    """
    chosen = options or SheetOptions()
    logo = read_logo(chosen.logo)
    whole = Subject(report, tuple(searches), atlas, city, Scope(), shown_plan(chosen))
    contents = {
        path_of(folder, subject): content_of(
            subject, title=chosen.title, has_mu=city.language == "zh", unplanned=chosen.unplanned
        )
        for subject in subjects_of(whole, options=chosen)
    }
    foundry = Foundry()
    for path, content in contents.items():
        with stationery_for(foundry.face_for(texts_of(content)), logo) as stationery:
            write_bytes(path, sheet_bytes(content, stationery))
    return tuple(contents)


def shown_plan(options: SheetOptions) -> Planned | None:
    """Return the plan without its scenarios: whom they alone bring here is on no sheet."""
    return None if options.planned is None else Planned(options.planned.plan)


def path_of(folder: Path, subject: Subject) -> Path:
    """Return the file of a city or district, which always lies in the folder.

    Raises
    ------
    WriteError
        When it would leave the folder, for instance through a symbolic link.
    """
    stem = file_stem(subject.scope.code) if subject.scope.is_district else "city"
    path = folder / f"{stem}.pdf"
    if path.resolve().parent != folder.resolve():
        raise WriteError(
            f"{path.name} would be written outside of the output folder",
            expected=f"a file in {folder.name}/",
            next_step=f"remove the link {path.name} from the output folder",
        )
    return path


def subjects_of(whole: Subject, *, options: SheetOptions) -> Iterator[Subject]:
    """Yield the city's subject and those of its districts, or those of the chosen districts.

    Parameters
    ----------
    whole
        The city's, in its own language.
    options
        Districts and language.

    Raises
    ------
    ConfigError
        For a district that the city does not have.
    """
    city = whole.city
    if options.language:
        whole = replace(whole, city=replace(city, language=options.language))
    known = sorted(str(code) for code in whole.atlas.districts["feature_id"])
    for code in options.districts:
        if code not in known:
            raise ConfigError(
                f"there is no district '{code}'",
                where=Where(file=city.path.name),
                expected=f"the code of a district: {', '.join(known)}",
                found=code,
                next_step=nearest(code, known) or "take one of these codes",
            )
    if not options.districts:
        yield whole
    others = known if options.has_all_districts else []
    for code in options.districts or others:
        yield subject_of(whole, code)


def sheet_bytes(content: Content, stationery: Stationery) -> bytes:
    """Return a sheet as a PDF: all its pages, without date."""
    from matplotlib.backends.backend_pdf import PdfPages

    stream = io.BytesIO()
    with settings():
        sheet = draw_sheet(content, stationery)
        title = stationery.face.readable(f"{content.title} {content.subtitle}")
        about = {"Title": title, "Creator": "siting", "Producer": "matplotlib"}
        with PdfPages(stream, metadata={**about, "CreationDate": None}) as pdf:
            for page in sheet.pages:
                pdf.savefig(page.figure)
    return stream.getvalue()


@contextmanager
def stationery_for(face: Face, logo: bytes | None) -> Iterator[Stationery]:
    """Keep a face in a file as long as it is drawn with."""
    with tempfile.TemporaryDirectory(prefix="siting-") as folder:
        path = Path(folder) / "face.ttf"
        path.write_bytes(face.font_bytes)
        yield Stationery(face, path, logo)


def texts_of(content: Content) -> Iterator[str]:
    """Yield all that a sheet may say, for its face."""
    from siting.sheets import words

    yield from (content.title, content.subtitle, content.secrecy, *content.facts)
    yield from content.warnings
    for row in content.rows:
        yield from (row.id, row.project_id, row.name, row.district, row.stage, row.why)
        yield from (row.brief, row.sites, row.sites_brief)
    yield from (place.name for place in content.picture.places)
    for layer in content.picture.layers:
        yield layer.title
        if layer.role == "metro_station":
            yield from layer.names
    yield from words.every_text(content.language)
