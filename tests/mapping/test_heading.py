"""Title, language, logo and choice of districts: what a user asks of maps."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from siting.errors import ConfigError, ReadError
from siting.mapping import (
    MapOptions,
    city_scene,
    district_codes,
    dressed,
    render_page,
    write_district_maps,
)
from siting.mapping.heading import LOGO_BYTES, logo_uri

#: One transparent pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
PLAIN = HEAD + 'viewBox="0 0 9 9"><defs><g id="a"/></defs><use href="#a"/><path d="M0 0h9"/></svg>'


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0rest", "image/jpeg"), (PLAIN, "image/svg+xml")],
)
def test_a_logo_becomes_an_address_that_bears_its_bytes(tmp_path: Path, content, kind: str):
    path = written(tmp_path, "logo", content)
    head, _, body = logo_uri(path).partition(";base64,")
    assert head == f"data:{kind}"
    assert base64.b64decode(body) == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD + "><script>1</script></svg>", "<script>"),
        (HEAD + 'onload="x()"/>', "handler onload"),
        (HEAD + '><image href="http://a.example/x.png"/></svg>', "outside"),
        (HEAD + '><image xlink:href="//a.example/x"/></svg>', "outside"),
        (HEAD + '><a href="javascript:x()"/></svg>', "outside"),
        (HEAD + '><path style="fill:url(http://a.example)"/></svg>', "outside"),
        (HEAD + "><style>@import 'http://a.example';</style></svg>", "outside"),
        (HEAD + "><foreignObject/></svg>", "<foreignObject>"),
        (HEAD + '><animate attributeName="href" to="x"/></svg>', "<animate>"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + PLAIN, "DOCTYPE"),
        ('<?xml-stylesheet href="x.css"?>' + PLAIN, "style sheet"),
        ("<svg/>", "no SVG"),
        ("GIF89a", "well-formed"),
        (b"\x00\xff\xfe", "UTF-8"),
        (b"", "empty"),
        (PNG + b"0" * LOGO_BYTES, "bytes"),
    ],
)
def test_what_could_run_or_load_is_refused_with_the_reason(tmp_path: Path, content, reason: str):
    with pytest.raises(ReadError) as caught:
        logo_uri(written(tmp_path, "logo.svg", content))
    assert reason in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_no_file_is_no_logo(tmp_path: Path):
    with pytest.raises(ReadError, match="no file"):
        logo_uri(tmp_path / "none.png")


def test_title_language_and_logo_reach_the_page(made, tmp_path: Path):
    report, searches, atlas, city = made
    options = MapOptions(title="第三次联审", logo=written(tmp_path, "a.png", PNG), language="en")
    page = render_page(city_scene(report, searches, atlas, city=dressed(city, options)))
    found = re.search(r'id="siting-data">(.*?)</script>', page, re.DOTALL)
    assert found
    head = json.loads(found[1])["head"]
    assert head["mapTitle"] == ["第三次联审", "第三次联审"]
    assert head["logo"].startswith("data:image/png;base64,")
    assert '<html lang="en">' in page
    assert dressed(city, MapOptions()) == city


def test_districts_by_code_or_name_and_the_nearest_of_an_unknown_one(made):
    atlas = made[2]
    code, name = (str(atlas.districts[column].iloc[0]) for column in ("feature_id", "feature_name"))
    assert district_codes([name, code], atlas) == (code,)
    with pytest.raises(ConfigError, match="no district"):
        district_codes([code + "9"], atlas)


def test_only_the_pages_asked_for_are_written(made, tmp_path: Path):
    report, searches, atlas, city = made
    code = str(atlas.districts["feature_id"].iloc[1])
    paths = write_district_maps(
        report, searches, atlas, city=replace(city, output=tmp_path), codes=[code]
    )
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [f"districts/{code}.html"]
    assert sorted(p.name for p in tmp_path.rglob("*.html")) == [f"{code}.html"]
