"""Copying folders."""

from __future__ import annotations

from pathlib import Path

from siting.save import copy_folder


def test_what_siting_keeps_for_itself_is_not_copied(tmp_path: Path):
    source, target = tmp_path / "a", tmp_path / "b"
    (source / ".siting-cache" / "layer").mkdir(parents=True)
    (source / ".siting-cache" / "layer" / "x.entry").write_bytes(b"kept")
    (source / "city.toml").write_text("x")
    copy_folder(source, target)
    assert [path.name for path in target.rglob("*")] == ["city.toml"]
