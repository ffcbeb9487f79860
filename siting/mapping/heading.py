"""What a user may choose of maps: which of them, their title, language and logo."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from siting.city import City
from siting.errors import ConfigError, ReadError, Where, nearest
from siting.model import Atlas, Text

#: A logo is at most so large, bytes: every page of a city carries a copy.
LOGO_BYTES = 300_000
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_SVG = "{http://www.w3.org/2000/svg}"
#: Elements of SVG that run, load, nest a page or change what was looked at.
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "embed", "object", "set", "handler"})
_INNER_PICTURE = re.compile(r"data:image/(png|jpeg);base64,", re.IGNORECASE)
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MapOptions:
    """Which maps, and how they are titled.

    ``districts`` are codes or names; none of them means the city and every district. ``title``
    stands in place of the city's ``map_title``, ``language`` (zh, en) of the city's language:
    what the page opens in, for it keeps its switch. ``logo`` is a PNG, JPEG or SVG.
    """

    districts: tuple[str, ...] = ()
    title: str = ""
    logo: Path | None = None
    language: str | None = None


def dressed(city: City, options: MapOptions) -> City:
    """Return the city with title, language and logo of the options.

    Raises
    ------
    ReadError
        For a logo that cannot be used, with the reason.
    """
    title = Text(options.title, options.title) if options.title else city.map_title
    logo = logo_uri(options.logo) if options.logo else city.map_logo
    return replace(city, map_title=title, language=options.language or city.language, map_logo=logo)


def district_codes(names: Sequence[str], atlas: Atlas) -> tuple[str, ...]:
    """Return the codes of districts given by code or name, in the order given.

    Raises
    ------
    ConfigError
        For one that the city does not have, with the nearest.
    """
    frame = atlas.districts
    codes = [str(code) for code in frame["feature_id"]]
    by_name = dict(zip(map(str, frame["feature_name"]), codes, strict=True))
    by_name |= {code: code for code in codes}
    for name in names:
        if name not in by_name:
            raise ConfigError(
                f"there is no district '{name}'",
                expected=f"code or name of a district: {', '.join(sorted(codes))}",
                found=name,
                next_step=nearest(name, sorted(by_name)) or "take one of these",
            )
    return tuple(dict.fromkeys(by_name[name] for name in names))


def logo_uri(path: Path) -> str:
    """Return a logo as a ``data:`` address, so that the page needs no file beside it.

    A page shows it as a picture, in which SVG runs nothing; what could run or load is refused
    all the same, for the file may be saved from the page and opened by itself.

    Raises
    ------
    ReadError
        For a file that is missing, too large, no PNG, JPEG or SVG, or an SVG with scripts,
        handlers or references to the outside.
    """
    try:
        content = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise _refusal(path, str(error.strerror)) from error
    if not content:
        raise _refusal(path, "no file, or an empty one")
    if len(content) > LOGO_BYTES:
        raise _refusal(path, f"{len(content):,} bytes")
    if content.startswith(_PNG):
        return _uri("image/png", content)
    if content.startswith(_JPEG):
        return _uri("image/jpeg", content)
    reason = next(_against_svg(content), "")
    if reason:
        raise _refusal(path, reason)
    return _uri("image/svg+xml", content)


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _refusal(path: Path, found: str) -> ReadError:
    return ReadError(
        "the logo cannot be used",
        where=Where(file=path.name),
        expected=f"a PNG, JPEG or plain SVG of at most {LOGO_BYTES // 1000} kB",
        found=found,
        next_step="save the logo as a small PNG",
    )


def _against_svg(content: bytes) -> Iterator[str]:
    """Yield what stands against a file as an SVG; nothing when it may be used."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "neither PNG nor JPEG nor text in UTF-8"
        return
    if re.search(r"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet", text, re.IGNORECASE):
        yield "a DOCTYPE or a style sheet, which are refused for safety"
        return
    try:
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE, hence no entities
    except ET.ParseError as error:
        yield f"neither PNG nor JPEG nor well-formed SVG ({error})"
        return
    if root.tag != f"{_SVG}svg":
        yield f"XML, but no SVG ({root.tag[:40]})"
        return
    for element in root.iter():
        yield from _against_element(element)


def _against_element(element: ET.Element) -> Iterator[str]:
    name = str(element.tag).rpartition("}")[2]
    if name in _ACTIVE or name.startswith("animate"):
        yield f"an SVG with <{name}>"
    if _OUTSIDE.search(element.text or ""):
        yield f"an SVG whose <{name}> refers to the outside"
    for key, value in element.attrib.items():
        local = key.rpartition("}")[2].lower()
        if local.startswith("on"):
            yield f"an SVG with the handler {local}"
        if local in {"href", "src"} and not (value.startswith("#") or _INNER_PICTURE.match(value)):
            yield f"an SVG whose <{name}> refers to the outside"
        if _OUTSIDE.search(value):
            yield f"an SVG whose <{name}> refers to the outside"
