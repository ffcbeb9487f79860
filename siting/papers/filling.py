"""A bureau's template and what is to be said, put together to one Word file.

A template is a .docx with Jinja tags (docxtpl). It comes from outside: it runs in a sandbox,
without Python's own names, and asking for what is not there is an error that says where.
What is filled in comes from outside as well: it is escaped, and never read as a tag.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from siting.errors import ReadError, Where, nearest
from siting.papers.long_rows import let_long_rows_break
from siting.papers.material import Context, sound
from siting.save.archive import add_member

if TYPE_CHECKING:
    from docxtpl import InlineImage

#: A template is a few pages; more is a mistake or an attack (RELIABILITY: zip bombs).
MOST_TEMPLATE_BYTES, MOST_PARTS = 50_000_000, 1_000
#: Texts of the properties of a file are at most so long (python-docx refuses longer ones).
_PROPERTY_LENGTH = 255
#: Parts of templates that are kept compiled: body, head, foot and properties of a few.
_MOST_COMPILED = 64
_UNKNOWN_NAME = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")
_TAGS = re.compile(r"<[^>]+>")
_PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


class _Template(DocxTemplate):  # type: ignore[misc] # docxtpl has no types
    """docxtpl that refuses broken XML, which it would mend in silence by leaving text out."""

    def build_xml(self, context: Context, jinja_env: object = None) -> str:
        xml: str = super().build_xml(context, jinja_env)
        parse_xml(xml)
        return xml

    def render_properties(self, context: Context, jinja_env: object = None) -> None:
        """Fill in the properties as plain texts: they are no XML, and short."""
        del jinja_env  # it makes markup
        plain = _environment(is_markup=False)
        for name in _PROPERTIES:
            tag = getattr(self.docx.core_properties, name)
            told = plain.from_string(tag).render(context)
            setattr(self.docx.core_properties, name, told[:_PROPERTY_LENGTH])


def filled(
    template: bytes,
    context: Mapping[str, Any],
    *,
    name: str,
    dated: dt.date,
    pictures: Callable[[DocxTemplate], Mapping[str, InlineImage]] | None = None,
) -> bytes:
    """Return a template filled in as .docx; equal input gives equal bytes.

    Parameters
    ----------
    template
        The .docx with its tags.
    context
        What the tags may ask for; texts are shown verbatim (see
        :func:`siting.papers.material.sound`).
    name
        File name of the template, for messages.
    dated
        The date in the properties of the file: there is no clock in it.
    pictures
        Makes pictures for the template, by name.

    Raises
    ------
    ReadError
        When the template is no Word file, breaks a rule of the template language, asks for a
        name that is not there, or yields what is no XML; with file, name and next step.
    """
    made = _opened(template, name)
    known = sound(dict(context))
    known |= pictures(made) if pictures else {}
    try:
        made.render(known, _environment(is_markup=True))
    except TemplateError as error:
        raise _fault(error, name, known) from error
    # a template is a program of somebody else's: what its expressions may raise is any of these
    except (SyntaxError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        raise _broken(name, f"{type(e).__name__}: {e}") from e
    let_long_rows_break(made.docx.element.body)
    properties = made.docx.core_properties
    moment = dt.datetime(dated.year, dated.month, dated.day, tzinfo=dt.UTC)
    properties.created = properties.modified = moment
    properties.last_modified_by = ""  # the name of whoever last saved the template
    content = io.BytesIO()
    made.save(content)
    return clockless(content)


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox that compiles a text once: hundreds of papers come from three templates."""

    def __init__(self, *, is_markup: bool) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=is_markup)
        self._compiled: dict[str, Template] = {}

    def from_string(
        self,
        source: str | nodes.Template,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - jinja2's own name
        template_class: type[Template] | None = None,
    ) -> Template:
        """Return the template of a text, compiled before where it was."""
        if not isinstance(source, str):
            return super().from_string(source, globals, template_class)
        if source not in self._compiled:
            if len(self._compiled) >= _MOST_COMPILED:
                self._compiled.clear()
            self._compiled[source] = super().from_string(source, globals, template_class)
        return self._compiled[source]


@functools.cache
def _environment(*, is_markup: bool) -> ImmutableSandboxedEnvironment:
    environment = _Sandbox(is_markup=is_markup)
    if is_markup:
        environment.finalize = _told
    return environment


def _told(value: object) -> object:
    """Return a value as text of a Word file; nothing for None.

    docxtpl takes ``{_{`` in its result for a bracket that was to be kept, and would change it.
    """
    if value is None:
        return ""
    # Markup escapes what it is asked to replace
    text = str(value.__html__() if hasattr(value, "__html__") else escape(str(value)))
    return Markup(text.replace("{_", "{&#95;").replace("_}", "&#95;}"))  # noqa: S704 - escaped


def _opened(template: bytes, name: str) -> _Template:
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            _require_sound(archive, name)
        made = _Template(io.BytesIO(template))
        made.init_docx()
        _cut_ties(made, name)
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise ReadError(
            f"the template '{name}' is no Word file",
            where=Where(file=name),
            expected="a .docx as Word or WPS saves it",
            found=str(error),
            next_step="open it in Word, save it as .docx, and try again; or start from "
            "siting papers --write-template DIR",
        ) from error
    return made


def _cut_ties(made: _Template, name: str) -> None:
    """Let a paper refer to nothing outside of it but what a reader has to click on.

    Word keeps the path of the template that a file was made from, and with it names of users and
    machines; and it fetches linked pictures by itself.

    Raises
    ------
    ReadError
        For a linked picture or object.
    """
    for part in made.docx.part.package.iter_parts():
        outer = {key: link for key, link in part.rels.items() if link.is_external}
        for key, link in outer.items():
            kind = link.reltype.rpartition("/")[2]
            if kind == "attachedTemplate":
                settings = made.docx.settings.element
                for mark in settings.findall(qn("w:attachedTemplate")):
                    settings.remove(mark)
                part.rels.pop(key)
            elif kind != "hyperlink":
                raise ReadError(
                    f"the template '{name}' is refused",
                    where=Where(file=name),
                    expected="pictures and objects that are in the file",
                    found=f"a link ({kind}) to {link.target_ref}",
                    next_step="put the picture into the file instead of a link to it",
                )


def _require_sound(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if size > MOST_TEMPLATE_BYTES or len(parts) > MOST_PARTS:
        found = f"{len(parts)} parts, {size:,} bytes unpacked"
    elif any(
        _DOCTYPE.search(archive.read(part))
        for part in parts
        if part.filename.endswith((".xml", ".rels"))
    ):
        found = "a document type (DOCTYPE)"
    else:
        return
    raise ReadError(
        f"the template '{name}' is refused",
        where=Where(file=name),
        expected=f"a .docx of at most {MOST_PARTS} parts and {MOST_TEMPLATE_BYTES:,} bytes, "
        "without document types",
        found=found,
        next_step="copy its text into a new document",
    )


def _fault(error: TemplateError, name: str, known: Mapping[str, Any]) -> ReadError:
    """Return what is wrong with a template, with the nearest name where one is unknown."""
    asked = _UNKNOWN_NAME.search(error.message or "")
    if asked is None:
        around = " ".join(_TAGS.sub("", line).strip() for line in _lines_of(error))
        return _broken(name, f"{error.message} … {around.strip()[:200]}".rstrip(" …"))
    word = asked[1] or asked[2]
    names = sorted(set(_names_in(known)))
    return ReadError(
        f"the template '{name}' asks for '{word}', which there is not",
        where=Where(file=name, feature=word),
        expected="names that docs/papers.md lists for this paper",
        found=error.message or word,
        next_step=nearest(word, names) or "correct the tag; docs/papers.md lists the names",
    )


def _lines_of(error: TemplateError) -> Iterable[str]:
    lines: Iterable[str] = getattr(error, "docx_context", ())
    return lines


def _names_in(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _names_in(item)
    elif isinstance(value, list):
        for item in value[:1]:
            yield from _names_in(item)


def _broken(name: str, found: str) -> ReadError:
    return ReadError(
        f"the template '{name}' cannot be filled in",
        where=Where(file=name),
        expected="tags {{ name }}, {% if %}, {%tr for %} as docs/papers.md shows them, each closed",
        found=found,
        next_step="correct the tag in Word (type a tag in one go, so that it is one piece); or "
        "start again from siting papers --write-template DIR",
    )


def read_template(folder: Path, name: str) -> bytes | None:
    """Return a template of a folder; None where it has none of this name.

    Raises
    ------
    ReadError
        When the file cannot be read.
    """
    path = folder / name
    if not path.exists():
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"the template '{name}' cannot be read",
            where=Where(file=str(path)),
            found=error.strerror or str(error),
            next_step="close the program that has it open, and check its rights",
        ) from error


def clockless(content: io.BytesIO) -> bytes:
    """Return a zip's parts, in their order and without dates of their own, as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(packed, "w") as archive:
        for name in source.namelist():
            add_member(archive, name, source.read(name))
    return packed.getvalue()
