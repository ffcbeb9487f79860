"""A stamp stands for a file's bytes only while nothing says that they may have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from siting.store import Stamps, Store, Trust

HOUR_NS = 3_600 * 10**9


class Hasher:
    """Stands for sha256: the bytes themselves, and how often they were asked for."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, path: Path) -> str:
        self.calls += 1
        return path.read_text()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file that was last changed an hour ago."""
    path = tmp_path / "a.gpkg"
    path.write_text("one")
    age(path)
    return path


def age(path: Path) -> None:
    then = path.stat().st_mtime_ns - HOUR_NS
    os.utime(path, ns=(then, then))


def digest(root: Path, path: Path, hasher: Hasher, trust: Trust) -> str:
    stamps = Stamps(Store(root), trust)
    found = stamps.digest(path, hasher)
    stamps.save()
    return found


def test_an_untouched_file_is_hashed_once(tmp_path, source):
    hasher = Hasher()
    for _ in range(3):
        assert digest(tmp_path / "c", source, hasher, Trust.STAMP) == "one"
    assert hasher.calls == 1


def test_who_writes_for_others_hashes_anew(tmp_path, source):
    hasher = Hasher()
    for _ in range(3):
        assert digest(tmp_path / "c", source, hasher, Trust.HASH) == "one"
    assert hasher.calls == 3


def test_a_changed_file_is_hashed_again(tmp_path, source):
    hasher = Hasher()
    digest(tmp_path / "c", source, hasher, Trust.STAMP)
    source.write_text("two")
    age(source)
    assert digest(tmp_path / "c", source, hasher, Trust.STAMP) == "two"


def test_same_size_and_an_old_time_set_back_are_noticed(tmp_path, source):
    hasher = Hasher()
    before = source.stat()
    digest(tmp_path / "c", source, hasher, Trust.STAMP)
    source.write_text("two")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digest(tmp_path / "c", source, hasher, Trust.STAMP) == "two"


def test_another_file_put_in_its_place_is_noticed(tmp_path, source):
    hasher = Hasher()
    before = source.stat()
    digest(tmp_path / "c", source, hasher, Trust.STAMP)
    other = tmp_path / "other"
    other.write_text("two")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(source)
    assert digest(tmp_path / "c", source, hasher, Trust.STAMP) == "two"


def test_a_file_changed_just_now_is_not_trusted(tmp_path):
    path = tmp_path / "a"
    path.write_text("one")
    hasher = Hasher()
    digest(tmp_path / "c", path, hasher, Trust.STAMP)
    digest(tmp_path / "c", path, hasher, Trust.STAMP)
    assert hasher.calls == 2


def test_a_file_from_the_future_is_not_trusted(tmp_path, source):
    later = source.stat().st_mtime_ns + 2 * HOUR_NS
    os.utime(source, ns=(later, later))
    hasher = Hasher()
    digest(tmp_path / "c", source, hasher, Trust.STAMP)
    digest(tmp_path / "c", source, hasher, Trust.STAMP)
    assert hasher.calls == 2


def test_a_file_that_changes_while_it_is_hashed_gets_no_stamp(tmp_path, source):
    def meddling(path: Path) -> str:
        text = path.read_text()
        path.write_text("two")
        return text

    stamps = Stamps(Store(tmp_path / "c"), Trust.STAMP)
    assert stamps.digest(source, meddling) == "one"
    assert stamps.stamped(source) == ""


def test_without_a_store_every_file_is_hashed(source):
    hasher = Hasher()
    stamps = Stamps(Store(None), Trust.STAMP)
    assert [stamps.digest(source, hasher) for _ in range(2)] == ["one", "one"]
    assert hasher.calls == 2
