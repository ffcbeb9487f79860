"""Pages on disk: names from codes, always beneath the folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from siting.errors import WriteError
from siting.mapping import write_maps
from siting.mapping.write import file_stem, page_path

EVIL = [
    "../../evil",
    "a/b",
    "a\x00b",
    "a\nb",
    "",
    " ",
    "CON",
    "nul",
    "x" * 33,
    "区",
    "a.b",
    "\u202eabc",
]


def test_city_and_districts_are_written(made, tmp_path: Path):
    report, searches, atlas, city = made
    paths = write_maps(report, searches, atlas, city=city, folder=tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in paths]
    assert names == ["city.html", *(f"districts/4499{n:02d}.html" for n in range(1, 6))]
    assert all(path.is_file() for path in paths)
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == sorted(
        path.name for path in paths
    )


@pytest.mark.parametrize("code", ["440106", "a-b_C", "0"])
def test_a_plain_code_is_the_name(code: str):
    assert file_stem(code) == code


@pytest.mark.parametrize("code", EVIL)
def test_any_other_code_becomes_a_slug_beneath_the_folder(code: str, tmp_path: Path):
    path = page_path(tmp_path, code)
    assert path.name.startswith("district-")
    assert path.resolve().parent == (tmp_path / "districts").resolve()
    assert page_path(tmp_path, code) == path


def test_slugs_differ():
    assert len({file_stem(code) for code in EVIL}) == len(EVIL)


def test_hostile_codes_write_beneath_the_folder(made, tmp_path: Path):
    report, searches, atlas, city = made
    frame = atlas.districts.assign(feature_id=["../../evil", "CON", "a/b", "d", "e"])
    hostile = dataclasses.replace(atlas, districts=frame)
    folder = tmp_path / "deep" / "maps"
    paths = write_maps(report, searches, hostile, city=city, folder=folder)
    assert len(paths) == 6
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(folder in path.parents for path in written)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "maps" / "districts").mkdir(parents=True)
    (tmp_path / "maps" / "districts" / "1.html").symlink_to(outside / "1.html")
    with pytest.raises(WriteError, match="outside"):
        page_path(tmp_path / "maps", "1")
