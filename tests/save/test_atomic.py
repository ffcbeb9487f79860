"""Whole files or none."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from siting.errors import SitingError, WriteError
from siting.save import atomic_file, write_bytes, write_json, write_text


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_writes_and_makes_the_folder(tmp_path: Path):
    write_text(tmp_path / "new" / "a.txt", "红线\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "红线\n".encode()
    assert names(tmp_path / "new") == ["a.txt"]


def test_the_temporary_path_bears_the_name_and_lies_on_the_same_disk(tmp_path: Path):
    with atomic_file(tmp_path / "a.gpkg") as part:
        assert part.name == "a.gpkg"
        assert part.parent.parent == tmp_path
        part.write_bytes(b"x")


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")

    def fail() -> None:
        with atomic_file(target) as part:
            part.write_text("half", encoding="utf-8")
            part.with_name("a.txt-journal").write_text("side file", encoding="utf-8")
            raise SitingError("stop")

    with pytest.raises(SitingError, match="stop"):
        fail()
    assert target.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_block_that_wrote_nothing_is_an_error(tmp_path: Path):
    with pytest.raises(WriteError), atomic_file(tmp_path / "a.txt"):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EACCES, "close the program"),
        (errno.EROFS, "read-only"),
    ],
)
def test_errors_of_the_system_say_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str
):
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")

    def refuse(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(WriteError, match=advice) as caught:
        write_bytes(target, b"new")
    assert str(target) in str(caught.value)
    assert target.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path):
    (tmp_path / "maps").write_text("", encoding="utf-8")
    with pytest.raises(WriteError, match="a file has the name of the folder"):
        write_text(tmp_path / "maps" / "a.txt", "x")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(WriteError, match="a folder has the name of the file"):
        write_text(tmp_path / "a.txt", "x")
    assert names(tmp_path) == ["a.txt"]


def test_a_link_is_replaced_and_never_written_through(tmp_path: Path):
    outside = tmp_path / "outside.txt"
    outside.write_text("theirs", encoding="utf-8")
    link = tmp_path / "maps" / "a.txt"
    link.parent.mkdir()
    link.symlink_to(outside)
    write_text(link, "ours")
    assert outside.read_text(encoding="utf-8") == "theirs"
    assert link.read_text(encoding="utf-8") == "ours"
    assert not link.is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are a POSIX matter")
def test_a_file_larger_than_the_disk_allows(tmp_path: Path):
    """A real refusal by the kernel in the middle of writing (as a full disk gives)."""
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from siting.errors import WriteError; from siting.save import write_bytes\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    write_bytes(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except WriteError as error:\n    print(error.next_step)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True
    )
    assert "forbids files of that size" in done.stdout
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX matter")
@pytest.mark.parametrize("when", ["after opening", "half written", "before replacing", "replaced"])
def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path, when: str):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old" * 1000)
    script = (
        "import os, pathlib, signal, sys\n"
        "from siting.save import atomic_file\n"
        "target, when = pathlib.Path(sys.argv[1]), sys.argv[2]\n"
        "def die(moment):\n"
        "    if moment == when: os.kill(os.getpid(), signal.SIGKILL)\n"
        "replace = pathlib.Path.replace\n"
        "def slow_replace(self, other):\n"
        "    die('before replacing'); replace(self, other); die('replaced')\n"
        "pathlib.Path.replace = slow_replace\n"
        "with atomic_file(target) as part, part.open('wb') as file:\n"
        "    die('after opening'); file.write(b'new' * 500); file.flush()\n"
        "    die('half written'); file.write(b'new' * 500)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(target), when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.read_bytes() in {b"old" * 1000, b"new" * 1000}
    assert (target.read_bytes() == b"new" * 1000) == (when == "replaced")


def test_json_is_sorted_readable_and_ends_with_a_newline(tmp_path: Path):
    path = tmp_path / "a.json"
    write_json(path, {"b": 1, "a": "红线 </script>"})
    text = path.read_text(encoding="utf-8")
    assert text == '{\n  "a": "红线 </script>",\n  "b": 1\n}\n'
    assert json.loads(text) == {"a": "红线 </script>", "b": 1}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()], ids=["nan", "inf", "obj"])
def test_what_is_no_json_is_refused_and_nothing_written(tmp_path: Path, value: object):
    with pytest.raises(WriteError, match="no JSON"):
        write_json(tmp_path / "a.json", {"value": value})
    assert names(tmp_path) == []
