"""Papers to disk: one folder per project, with its checklists, proposals and letters."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from siting.errors import ReadError, Where, WriteError
from siting.mapping.write import file_stem
from siting.model import Project
from siting.papers import words
from siting.papers.advice import advice, results_of
from siting.papers.checklist import checklist
from siting.papers.filling import filled, read_template
from siting.papers.forms import ADVICE_FILE, CHECKLIST_FILE, LETTER_FILE, own_template
from siting.papers.letters import letters
from siting.papers.material import Context, Material
from siting.papers.result import result_page
from siting.save import require_new, write_bytes

TEMPLATES = (CHECKLIST_FILE, ADVICE_FILE, LETTER_FILE)
"""File names of the templates that a bureau may have of its own."""

#: What a file name must not hold, on any system; letters of any script may stand.
_NO_NAME = re.compile(
    r'[\x00-\x20<>:"/\\|?*\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]'
)
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper to be written: where, from which template, with what."""

    path: Path
    template: str
    context: Context


def write_papers(
    material: Material,
    folder: Path,
    *,
    projects: Sequence[str] = (),
    templates: Path | None = None,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write the papers of the subject's projects; return their paths in order.

    Of each project a folder by its id: a checklist per red line, the proposals, and a letter
    per office that has to be asked. Nothing is written unless all of it could be filled in.

    Parameters
    ----------
    material
        The report narrowed to the city or a district, in one language.
    folder
        Where the projects' folders go; made when absent.
    projects
        Only these ids; all of the subject without any.
    templates
        A folder with the bureau's own ``checklist.docx``, ``advice.docx`` and ``letter.docx``;
        of those that are not there siting's own are taken.
    overwrite
        Whether papers that are there, and that a person may have edited, may be replaced.

    Raises
    ------
    ReadError
        When the folder has none of the templates, or one of them cannot be filled in.
    WriteError
        When a paper is there and may not be replaced, or cannot be written.
    """
    forms = {name: _template(templates, name, material.language) for name in TEMPLATES}
    _require_any(templates)
    papers = [
        paper
        for project in _chosen(material, projects)
        for paper in _papers(material, project, folder)
    ]
    _require_own_files(papers)
    require_new([paper.path for paper in papers], overwrite=overwrite)
    contents = [
        filled(forms[each.template], each.context, name=each.template, dated=material.report.as_of)
        for each in papers
    ]
    for each, content in zip(papers, contents, strict=True):
        write_bytes(each.path, content)
    return tuple(each.path for each in papers)


def _chosen(material: Material, ids: Sequence[str]) -> Iterator[Project]:
    """Yield the projects by id; one that stands in no ledger is known by its red line."""
    subject = material.subject
    known = dict(subject.projects)
    for result in subject.results:
        name = result.red_line.project_id
        known.setdefault(name, Project(name, ""))
    for guest in subject.guests:
        known.pop(guest.id, None)
    for name in sorted(known):
        if not ids or name in ids:
            yield known[name]


def _papers(material: Material, project: Project, folder: Path) -> Iterator[Paper]:
    home = folder / name_of(project.id)
    said = material.say
    for result in results_of(material, project):
        name = f"{said(words.CHECKLIST_NAME)}-{name_of(result.red_line.id)}.docx"
        yield Paper(home / name, CHECKLIST_FILE, checklist(material, result))
    name = f"{said(words.ADVICE_NAME)}-{name_of(project.id)}.docx"
    yield Paper(home / name, ADVICE_FILE, advice(material, project))
    for letter in letters(material, project):
        name = f"{said(words.LETTER_NAME)}-{name_of(letter['office'])}.docx"
        yield Paper(home / name, LETTER_FILE, letter)


def name_of(text: str) -> str:
    """Return a text as part of a file name: as it is where it can be one, else with its hash.

    Texts that differ have names that differ, and no name leaves its folder.
    """
    if file_stem(text) == text:
        return text
    known = text.encode("utf-8", "ignore").decode("utf-8")
    plain = _NO_NAME.sub("", known.replace(" ", "-")).replace(".", "_")[:_LONGEST_NAME]
    if plain == text and not text.isascii():  # of ASCII there are names of devices
        return text
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}_{mark}" if plain else mark


def _require_own_files(papers: Sequence[Paper]) -> None:
    """Refuse papers whose names differ only in case: on Windows they are one file."""
    counts = Counter(str(paper.path).casefold() for paper in papers)
    shared = sorted(paper.path.name for paper in papers if counts[str(paper.path).casefold()] > 1)
    if shared:
        raise WriteError(
            "two papers would share one file",
            expected="ids and offices that differ in more than upper and lower case",
            found=", ".join(shared),
            next_step="correct the ids in the ledger, or the offices in the rule book",
        )


def _template(folder: Path | None, name: str, language: str) -> bytes:
    own = None if folder is None else read_template(folder, name)
    return own_template(name, language) if own is None else own


def missing_templates(folder: Path) -> tuple[str, ...]:
    """Return the templates that a folder has not, of which siting's own are taken."""
    return tuple(name for name in TEMPLATES if not (folder / name).exists())


def _require_any(folder: Path | None) -> None:
    if folder is None or len(missing_templates(folder)) < len(TEMPLATES):
        return
    raise ReadError(
        "the folder of templates has none",
        where=Where(file=str(folder)),
        expected="one or more of " + ", ".join(TEMPLATES),
        found="another folder, or other names",
        next_step="write siting's own into it with siting papers --write-template DIR, and edit "
        "them",
    )


def write_templates(folder: Path, *, language: str, overwrite: bool = False) -> tuple[Path, ...]:
    """Write siting's own templates, to be edited and handed in again; return their paths.

    Raises
    ------
    WriteError
        When one is there and may not be replaced, or cannot be written.
    """
    paths = [folder / name for name in TEMPLATES]
    require_new(paths, overwrite=overwrite)
    for path in paths:
        write_bytes(path, own_template(path.name, language))
    return tuple(paths)


def write_result(path: Path, material: Material, *, overwrite: bool = False) -> None:
    """Write the page of a check: see :func:`siting.papers.result.result_page`.

    Raises
    ------
    WriteError
        When the file is there and may not be replaced, or cannot be written.
    """
    require_new([path], overwrite=overwrite)
    write_bytes(path, result_page(material))
