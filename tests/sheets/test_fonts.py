"""One face for all that is said: rare place names too, and what no font has is told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from siting.errors import WriteError
from siting.sheets import fonts
from siting.sheets.fonts import face_for

#: In names of places on the Pearl River; GB 2312 lacks half of them, 𡒊 is beyond the first plane.
RARE = "涌滘沥塱氹埗濠瀝陂迳𡒊漖洭墩岗窖朗圳琶荔湾"


def test_rare_characters_of_the_pearl_river_are_in_the_face():
    face = face_for([RARE])
    assert face.missing == ()
    assert face.readable(RARE) == RARE
    known = TTFont(io.BytesIO(face.font_bytes)).getBestCmap()
    assert {ord(character) for character in RARE} <= set(known)


def test_the_face_is_truetype_and_its_outlines_are_the_fonts_own():
    built = TTFont(io.BytesIO(face_for(["沥O"]).font_bytes))
    assert "glyf" in built
    assert "CFF " not in built
    with TTFont(fonts.chinese_font(), fontNumber=2) as collection:
        shapes = collection.getGlyphSet()
        for character in "沥O":
            own = collection.getBestCmap()[ord(character)]
            name = built.getBestCmap()[ord(character)]
            pen = BoundsPen(shapes)
            shapes[own].draw(pen)
            glyph = built["glyf"][name]
            found = [glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax]
            assert found == pytest.approx(list(pen.bounds), abs=1)
            assert built["hmtx"][name][0] == shapes[own].width


def test_equal_characters_give_equal_bytes_in_any_order():
    assert face_for(["甲乙丙", "abc"]).font_bytes == face_for(["cba丙", "乙甲"]).font_bytes


def test_other_scripts_are_there_as_well():
    assert face_for(["שלום Привет Αθήνα مرحبا"]).missing == ()


@pytest.mark.parametrize(
    ("character", "told"),
    [("\U0001f3d7", "[U+1F3D7]"), ("\u202e", "[U+202E]"), ("\x00", "[U+0000]"), ("\n", " ")],
)
def test_what_no_font_has_is_told_by_its_number(character: str, told: str):
    face = face_for([f"甲{character}乙"])
    assert face.readable(f"甲{character}乙") == f"甲{told}乙"
    if character != "\n":
        assert character in face.missing
        assert any(f"U+{ord(character):04X}" in warning for warning in face.warnings("zh"))


def test_a_text_is_as_wide_as_its_characters():
    face = face_for(["甲A"])
    assert face.width("甲甲") == pytest.approx(2.0)  # Hanzi are squares
    assert face.width("甲A") == pytest.approx(1.0 + face.width("A"))


def test_without_any_chinese_font_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    monkeypatch.setattr(fonts, "system_font", lambda: None)
    with pytest.raises(WriteError, match=r"(?s)pip install noto-cjk-sans-otc.*fonts-noto-cjk"):
        face_for(["甲"])


def test_the_systems_font_stands_in_for_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    packaged = fonts.chinese_font()
    stand_in = tmp_path / "NotoSansCJK-Regular.ttc"
    stand_in.symlink_to(packaged)
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [str(stand_in)])
    assert fonts.chinese_font() == stand_in
    assert face_for(["滘"]).missing == ()
