"""``siting map`` for one district, with a title, a logo and a language of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/>{}</svg>'


@pytest.fixture
def town(tiny: Files) -> Path:
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3150, 3000, 3250, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    return tiny.write()


def test_one_district_with_title_logo_and_language(siting: Siting, town: Path, tmp_path: Path):
    everything = siting("map", town, "--output", tmp_path / "all", "-q")
    names = [Path(line).name for line in everything.out.splitlines()]
    assert names[0] == "city.html"
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG.format(""), encoding="utf-8")
    run = siting(
        "map", town, "-o", tmp_path / "one", "-q", "--district", names[2].removesuffix(".html"),
        "--title", "第一版", "--lang", "en", "--logo", logo,
    )  # fmt: skip
    assert run.status == 0
    assert [Path(line).name for line in run.out.splitlines()] == [names[2]]
    assert not (tmp_path / "one" / "city.html").exists()
    page = (tmp_path / "one" / "districts" / names[2]).read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "第一版" in page
    assert "data:image/svg+xml;base64," in page


@pytest.mark.parametrize("option", ["--district", "--logo"])
def test_what_cannot_be_used_is_status_2_and_writes_nothing(
    siting: Siting, town: Path, tmp_path: Path, option: str
):
    bad = tmp_path / "bad.svg"
    bad.write_text(SVG.format("<script>1</script>"), encoding="utf-8")
    value = bad if option == "--logo" else "nowhere"
    run = siting("map", town, "-o", tmp_path / "out", "-q", option, value)
    assert run.status == 2
    assert "next step" in run.err
    assert not list(tmp_path.glob("out/**/*.html"))
