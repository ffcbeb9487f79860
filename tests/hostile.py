"""Seven hostile payloads, and a tiny city in files that has one in every field that people write.

A field's value is the payload and, at its end, the field's mark: ``…§project.name``. So whoever
finds a mark in an output knows which field came there, and that all of the payload has to stand
before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .tiny_city import AS_OF, CRS, districts, frame, place, rect

#: A word of 160 letters, none twice in a row: it fits no column and has no place to break.
LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2

PAYLOADS: Mapping[str, str] = {
    "script": "</script></title></style><script>window.__pwned=1</script>"
    "<img src=x onerror=alert(1)><svg/onload=alert(2)>&amp;'\"><b onmouseover=alert(3)>",
    "formula": '=HYPERLINK("http://127.0.0.1/x","y")+cmd|\' /C calc\'!A0@SUM(1+1)-2+3',
    "template": '{{7*7}}{% raw %}{# gone #}${7*7}`+1+` #read("/etc/passwd") $x^2$ *b* '
    "\\frac{1}{2} [% env('HOME') %] @ref <label> // [[data]] \\u003cscript\\u003e",
    "unseen": "甲\u202eدرب\u202c\u2066乙\u2069\u200b\u200d\ufeff丙\u2028丁 שלום 滘氹𠮷",
    "long": LONG[:160],
    "xml": "]]><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;&#1;<![CDATA[y]]>"
    "\x01\x08\x0b\x1b[31m_x0041_\x7f",
    "cad": "%%d 50% %%%%c ^J\\P \\U+4E2D \\M+5D6D0 {\\fArial|b1;x},@;1,2"
    "\r\n  0\nLINE\n  8\nevil\ttab",
}
#: A formula begins in four ways; a field takes one of them by its place in the alphabet.
SIGNS = "=@+-"


def value(payload: str, field: str) -> str:
    """Return what stands in `field` when the city is poisoned with `payload`."""
    text = PAYLOADS[payload]
    if payload == "formula":
        text = SIGNS[sum(field.encode()) % len(SIGNS)] + text[1:]
    return f"{text}§{field}§"


def fields_in(text: str) -> set[str]:
    """Return the marks that stand in a text of an output."""
    return set(text.split("§")[1::2])


class Poisoned:
    """The city's files with one payload, written by :meth:`write`."""

    def __init__(self, folder: Path, payload: str) -> None:
        self.folder, self.payload = folder, payload
        self.fields: set[str] = set()

    def __call__(self, field: str) -> str:
        self.fields.add(field)
        return value(self.payload, field)

    def bilingual(self, key: str, field: str) -> dict[str, str]:
        """Return the two entries of a text in two languages."""
        return {key: self(f"{field}.zh"), f"{key}_en": self(f"{field}.en")}

    def write(self) -> Path:
        """Write the city and return the path of its city.toml."""
        self._layers()
        (self.folder / "rules.toml").write_text(toml(self._rules()), "utf-8")
        (self.folder / "ledger.csv").write_text(table(self._ledger()), "utf-8", newline="")
        (self.folder / "decisions.csv").write_text(table(self._decisions()), "utf-8", newline="")
        path = self.folder / "city.toml"
        path.write_text(toml(self._city()), "utf-8")
        return path

    def _layers(self) -> None:
        parts = districts().rename(columns={"feature_id": "id"}).drop(columns="feature_name")
        parts["name"] = [self("district.name")] * 2
        ids = {name: self(f"{name}.id") for name in ("farmland", "metro", "parcel", "plot")}
        names = {name: self(f"{name}.name") for name in ("farmland", "metro", "parcel", "school")}
        self.parcels = [f"{ids['parcel']}{number}" for number in (1, 2, 3)]
        lots = [rect(e, 1000, e + 150, 1150) for e in (1300, 1500, 2300)]
        plots = [rect(1000, 1000, 1200, 1050), rect(0, 0, 1000, 4000), rect(1200, 0, 4000, 4000)]
        made = {
            "district": parts,
            "farmland": frame([rect(1080, 1000, 1200, 1200)],
                              id=[ids["farmland"]], name=[names["farmland"]]),
            "metro_structure": frame([rect(1000, 1020, 1050, 1030)],
                                     id=[ids["metro"]], name=[names["metro"]]),
            "parcel": frame(lots, id=self.parcels, name=[names["parcel"]] * 3,
                            state=[self("parcel.state")] * 3, shown=[self("parcel.shown")] * 3),
            "land_use": frame(plots, id=[f"{ids['plot']}{n}" for n in range(3)],
                              DLBM=["0103", "0701", self("plot.class")],
                              QSXZ=[self("plot.ownership")] * 3, ZLDWMC=[self("plot.village")] * 3),
            "road": frame([place("LINESTRING (0 1500, 4000 1500)")],
                          id=[self("road.id")], name=[self("road.name")]),
            "school": frame([place("POINT (1700 1100)")],
                            id=[self("school.id")], name=[names["school"]]),
        }  # fmt: skip
        lines = frame(
            [rect(1000, 1000, 1100, 1100), rect(1990, 2000, 2040, 2100)],
            id=[f"{self('redline.id')}{n}" for n in (1, 2)],
            project=[f"{self('project.id')}{n}" for n in (1, 2)],
        )
        for name, one in (made | {"redlines": lines}).items():
            one.to_file(self.folder / f"{name}.gpkg", layer=name, driver="GPKG")

    def _rules(self) -> dict[str, Any]:
        def rule(code: str, kind: str, **more: Any) -> dict[str, Any]:
            way = "avoid" if code == "H-FARM" else "ask_authority"
            return {
                "code": code, "kind": kind, **self.bilingual("title", "rule.title"), **more,
                "basis": {"citation": self("rule.citation"), "article": self("rule.article"),
                          "edition": self("rule.edition")},
                "route": {"way": way, **self.bilingual("text", "route.text"),
                          **self.bilingual("office", "route.office"),
                          "papers": [self("route.papers")]},
            }  # fmt: skip

        exception = {
            **self.bilingual("condition", "exception.condition"),
            **self.bilingual("authority", "exception.authority"),
            "papers": [self("exception.papers")], "citation": self("exception.citation"),
            "kinds": [self("project.kind")],
        }  # fmt: skip
        return {
            "book": {**self.bilingual("title", "book.title"), "version": self("book.version")},
            "rule": [
                rule("H-FARM", "overlap", role="farmland", severity="prohibited"),
                rule("H-METRO", "overlap", role="metro_structure", severity="restricted",
                     exception=[exception]),
                rule("H-ABSENT", "overlap", role="green_line", severity="restricted"),
            ],
        }  # fmt: skip

    def _ledger(self) -> list[list[str]]:
        heads = ["id", "name", "form", "use", "kind", "stage", "district", "supply", "new",
                 "least", "most", "wish", "alias", "remark", "batch"]  # fmt: skip
        rows = [
            [f"{self('project.id')}{n}", self("project.name"), "面状", "1001", self("project.kind"),
             self("project.stage"), "01", self("project.supply"), "是", "20000", "25000",
             self("project.wish"), f"{self('project.alias')}{n}", self("project.remark"),
             self("project.batch")]
            for n in (1, 2, 3, 4)
        ]  # fmt: skip
        return [heads, *rows]

    def _decisions(self) -> list[list[str]]:
        by, reason = self("decision.by"), self("decision.reason")
        return [
            ["决定", "项目代码", "地块", "单位", "日期", "理由"],
            ["锁定", f"{self('project.id')}1", self.parcels[1], by, "2026-10-01", reason],
            ["拒绝", f"{self('project.id')}2", self.parcels[0], by, "2026-10-01", reason],
        ]

    def _city(self) -> dict[str, Any]:
        heads = ("id", "name", "form", "use", "kind", "stage", "district", "supply_mode",
                 "new_construction_land", "area_m2_min", "area_m2_max", "profile", "aliases",
                 "remark", "batch")  # fmt: skip
        return {
            "city": {**self.bilingual("name", "city.name"), "crs": CRS, "language": "zh",
                     "as_of": AS_OF, "rulebook": "rules.toml", "secrecy_mark": self("city.secrecy"),
                     **self.bilingual("map_title", "city.map_title")},
            "output": {"folder": "out"},
            "projects": {"path": "ledger.csv",
                         "columns": dict(zip(heads, self._ledger()[0], strict=True))},
            "suggest": {"stages": [self("project.stage")], "supply_column": "state",
                        "available_states": [self("parcel.state")],
                        "show_columns": {"shown": self("column.title")}},
            "plan": {
                "decisions": ["decisions.csv"],
                "quota": [{"name": "q", **self.bilingual("title", "quota.title"), "unit": "sites",
                           "limit": 2, "basis": self("quota.basis")}],
                "separation": [{"name": "s", **self.bilingual("title", "separation.title"),
                                "uses": ["1001"], "from_uses": ["1001"], "distance_m": 100,
                                "basis": self("separation.basis")}],
                "scenario": [{"name": "one", **self.bilingual("title", "scenario.title"),
                              "quotas": {"q": 1}}],
            },
            "off_map": [{"code": "military", **self.bilingual("title", "off_map.title"),
                         **self.bilingual("office", "off_map.office"),
                         **self.bilingual("letter", "off_map.letter"),
                         "basis": self("off_map.basis")}],
            "layer": [self._layer(name) for name in ("district", "farmland", "metro_structure",
                                                     "parcel", "land_use", "road", "school",
                                                     "green_line")],
            "redlines": [{"path": "redlines.gpkg", "id_column": "id", "project_column": "project",
                          "version": self("redline.version"),
                          "authority": self("redline.authority")}],
        }  # fmt: skip

    def _layer(self, name: str) -> dict[str, Any]:
        columns = {"parcel": ["state", "shown"], "land_use": ["DLBM", "QSXZ", "ZLDWMC"]}
        has_name = name not in {"land_use", "green_line"}
        return {
            "name": name, "role": name, "path": f"{name}.gpkg", "id_column": "id",
            "coverage": "city", **self.bilingual("title", "layer.title"),
            "authority": self("layer.authority"), "licence": self("layer.licence"),
            "release": "public", "dated": AS_OF,
            **({"name_column": "name"} if has_name else {}),
            **({"columns": columns[name]} if name in columns else {}),
            **({"code_system": "sandiao"} if name == "land_use" else {}),
        }  # fmt: skip


def table(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def toml(content: Mapping[str, Any], path: str = "") -> str:
    """Return tables as TOML; whatever stands in a text is text."""
    plain = {k: v for k, v in content.items() if not _is_table(v)}
    lines = [f"{_text(key)} = {_toml(one)}" for key, one in plain.items()]
    for key, one in content.items():
        name = f"{path}.{key}" if path else key
        if isinstance(one, Mapping):
            lines += [f"[{name}]", toml(one, name)]
        elif _is_table(one):
            for entry in one:
                lines += [f"[[{name}]]", toml(entry, name)]
    return "\n".join(lines) + "\n"


def _is_table(one: Any) -> bool:
    return isinstance(one, Mapping) or (isinstance(one, list) and isinstance(one[0], Mapping))


def _toml(one: Any) -> str:
    if isinstance(one, str):
        return _text(one)
    if isinstance(one, list):
        return "[" + ", ".join(map(_toml, one)) + "]"
    return str(one)


def _text(one: str) -> str:
    signs = (s if s.isprintable() and s not in '"\\' else f"\\U{ord(s):08x}" for s in one)
    return f'"{"".join(signs)}"'
