r"""DXF by ezdxf: closed polylines, a label in each, and the attributes as extended data.

Rings of one row are tied together by extended data (application ``SITING``), so that holes,
parts and attributes come back exactly; other programs see plain polylines and texts. What CAD
takes for a code in a text (``%%d``, ``^J``, ``\U+4E2D``) is written so that it shows as it was.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from siting.errors import Where, WriteError
from siting.save.atomic import write_bytes
from siting.save.fields import plain_columns
from siting.save.texts import encoded

if TYPE_CHECKING:
    import geopandas as gpd

#: Name of the extended data that siting reads back; see siting.load.dxf_pieces.
APP_ID = "SITING"
#: Characters per piece of extended data: at most 255 bytes, and a character has up to 4.
CHUNK = 60
#: $INSUNITS for metres.
METRES = 6
#: Height of labels as a share of the square root of the area.
LABEL_SHARE = 0.08
LABEL_LAYER = "LABEL"
#: AutoCAD 2007: from here on texts are UTF-8.
_FIRST_UNICODE_VERSION = "AC1021"
#: Encodings by Python's name -> whether the drawing is one for older CAD (R2000, code page 936).
ENCODINGS = {"utf-8": False, "gbk": True, "gb2312": True}
#: Columns that name a row, the first that is there.
LABEL_COLUMNS = ("label", "id", "DKBH", "地块编号", "project_id", "name", "name_zh", "XMMC")
#: For a character that a label in code page 936 cannot have: the printers' sign for it.
LACKING = "\u3013"
#: Characters that have no number of four digits either.
_NO_NUMBER = re.compile(r"[\U00010000-\U0010ffff]")
#: Codes of percent signs, as in ``%%d``: a run of them is written out, each as ``%%%``.
_PERCENT_RUN = re.compile(r"%{2,}")
#: A character by its number (or in an old way of Asian code pages), which CAD would decode.
_BY_NUMBER = re.compile(r"\\(?=U\+[0-9A-Fa-f]{4}|M\+[1-5][0-9A-Fa-f]{4})")
_NO_LAYER_NAME = re.compile(r"[<>/\\\":;?*|=`,\x00-\x1f]")


def write_dxf(
    path: Path,
    frame: gpd.GeoDataFrame,
    *,
    layer: str,
    encoding: str = "",
    colours: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    r"""Write polygons and lines as LWPOLYLINE, unit metre; return what of labels could not be kept.

    Parameters
    ----------
    path
        The file to write.
    frame
        Polygons and lines in a projected CRS in metres; a DXF cannot name it.
    layer
        Layer for rows without a column ``layer``.
    encoding
        Empty or UTF-8 gives R2010; GBK gives R2000 with code page 936, for older CAD. There a
        label has what GBK lacks by its number (``\U+XXXX``), and what has no such number as 〓;
        attributes are whole in both.
    colours
        Colour number (ACI) by layer; these layers are there even when no row is on them.

    Raises
    ------
    WriteError
        For points, another encoding, or a layer with a character that the encoding lacks.
    """
    from ezdxf.filemanagement import new

    options: Any = import_module("ezdxf").options

    is_old = _is_for_old_cad(encoding, path)
    # No clock and no random ids: equal input, equal bytes. Reset below.
    options.write_fixed_meta_data_for_testing = True
    try:
        drawing = new("R2000" if is_old else "R2010")
        drawing.encoding = "gbk" if is_old else "utf-8"
        drawing.header["$INSUNITS"] = METRES
        drawing.appids.add(APP_ID)
        drawing.styles.add("SITING", font="simsun.ttf")
        for name, colour in (colours or {}).items():
            drawing.layers.add(_layer_name(name), color=colour)
        columns = plain_columns(frame)
        marked: list[int] = []
        for row, shape in enumerate(frame.geometry.to_numpy()):
            values = {name: column[row] for name, column in columns.items()}
            place = _layer_name(values.pop("layer", None) or layer)
            _add(drawing.modelspace(), shape, values, {"row": row, "layer": place, "file": path})
            marked += [row] if is_old and _NO_NUMBER.search(_label_of(values)) else []
        text = _text_of(drawing)
    finally:
        options.write_fixed_meta_data_for_testing = False
    write_bytes(path, encoded(text, "gbk" if is_old else "utf-8", path))
    return _told(marked)


def _told(marked: list[int]) -> tuple[str, ...]:
    if not marked:
        return ()
    zh = f"{len(marked)} 个标注含旧版 CAD 无法表示的字符，以“{LACKING}”代替，属性完整"
    en = f"{len(marked)} label(s) have {LACKING} for what older CAD lacks; attributes are whole"
    return (f"{zh}（第 {marked[0] + 1} 行起） / {en} (from row {marked[0] + 1})",)


def _is_for_old_cad(encoding: str, path: Path) -> bool:
    try:
        name = codecs.lookup(encoding or "utf-8").name
    except LookupError:
        name = ""
    if name not in ENCODINGS:
        raise WriteError(
            f"a DXF cannot be written in '{encoding}'",
            where=Where(file=str(path)),
            expected=", ".join(ENCODINGS),
            next_step="choose --encoding utf-8 or gbk",
        )
    return ENCODINGS[name]


def _text_of(drawing: Any) -> str:  # noqa: ANN401 - an ezdxf document
    sink = io.StringIO()
    drawing.write(sink)
    return sink.getvalue()


def _layer_name(value: object) -> str:
    return _NO_LAYER_NAME.sub("_", str(value)).strip() or "0"


def _add(space: Any, shape: Any, values: dict[str, object], place: dict[str, Any]) -> None:  # noqa: ANN401
    kept = {name: value for name, value in values.items() if value is not None}
    for part, ring, points, is_closed in _rings(shape, place):
        corners = points[:-1] if is_closed else points
        polyline = space.add_lwpolyline(
            corners, format="xy", close=is_closed, dxfattribs={"layer": place["layer"]}
        )
        is_first = part == 0 and ring == 0
        tag = {
            "row": place["row"], "part": part, "ring": ring, "values": kept if is_first else {},
        }  # fmt: skip
        text = _quiet_json(tag)
        chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
        polyline.set_xdata(APP_ID, [(1000, chunk) for chunk in chunks])
    label = _label_of(kept)
    if label and not shapely.is_empty(shape):
        _add_label(space, shape, label)


def _label_of(values: Mapping[str, object]) -> str:
    return next((str(values[name]) for name in LABEL_COLUMNS if values.get(name)), "")


def _quiet_json(content: object) -> str:
    """Return JSON in which nothing is a code of CAD, and nothing that GBK lacks stands raw."""
    text = json.dumps(content, ensure_ascii=False).replace("\\\\", "\\u005c")
    return "".join(sign if _is_plain(sign) else _json_number(sign) for sign in text)


def _is_plain(sign: str) -> bool:
    return sign.isprintable() and sign != "^" and _fits(sign)


def _fits(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _json_number(sign: str) -> str:
    return json.dumps(sign)[1:-1] if ord(sign) > 0x7F else f"\\u{ord(sign):04x}"


def _add_label(space: Any, shape: Any, label: str) -> None:  # noqa: ANN401
    point = shapely.point_on_surface(shape)
    # of a line and of an outline that crosses itself the box says how large it is
    size_m2 = max(float(shapely.area(shape)), float(shapely.length(shape)) ** 2 / 16)
    is_old = space.doc.dxfversion < _FIRST_UNICODE_VERSION
    attributes = {
        "layer": LABEL_LAYER, "style": "SITING", "height": round(size_m2**0.5 * LABEL_SHARE, 3),
    }  # fmt: skip
    text = _label_text(label, is_old=is_old)
    space.add_text(text, dxfattribs=attributes).dxf.insert = (point.x, point.y)


def _label_text(label: str, *, is_old: bool) -> str:
    """Return a label that CAD shows as it is: one line, no codes."""
    line = "".join(sign if sign.isprintable() else " " for sign in label)
    line = _BY_NUMBER.sub(r"\\U+005C", line)
    line = _PERCENT_RUN.sub(lambda run: "%%%" * len(run.group()), line).replace("^", "^ ")
    return "".join(map(_by_number, line)) if is_old else line


def _by_number(sign: str) -> str:
    if _fits(sign):
        return sign
    return f"\\U+{ord(sign):04X}" if ord(sign) <= 0xFFFF else LACKING


def _rings(
    shape: Any,  # noqa: ANN401
    place: dict[str, Any],
) -> Iterator[tuple[int, int, list[list[float]], bool]]:
    for part, piece in enumerate(shapely.get_parts(shape)):
        if shapely.get_dimensions(piece) not in (1, 2):
            raise WriteError(
                "a DXF is written from areas and lines",
                where=Where(file=str(place["file"]), feature=f"row {place['row'] + 1}"),
                found=piece.geom_type,
                next_step="write a GeoPackage, or leave the points out",
            )
        is_area = shapely.get_dimensions(piece) == 2
        rings = shapely.get_rings(piece) if is_area else [piece]
        for ring, line in enumerate(rings):
            yield part, ring, shapely.get_coordinates(line).tolist(), is_area
