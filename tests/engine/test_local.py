"""Where the kernel runs: order is kept, and a killed worker's part is done again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from siting.engine import run


def test_results_come_in_the_order_of_the_parts() -> None:
    assert run(abs, [-3, 2, -1], workers=1) == [3, 2, 1]
    assert run(abs, [-3, 2, -1], workers=2) == [3, 2, 1]
    assert run(abs, [], workers=2) == []


def test_one_part_stays_in_this_process() -> None:
    assert run(eval, ["__import__('os').getpid()"], workers=2) == [os.getpid()]


def test_an_error_of_ours_is_not_swallowed() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        run(int, ["x"], workers=1)
    with pytest.raises(ValueError, match="invalid literal"):
        run(int, ["1", "x"], workers=2)


def test_the_part_of_a_killed_worker_is_done_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # builtins alone: a worker can import no module of the tests
    part = (
        "import os, pathlib, signal\n"
        f"pathlib.Path({str(tmp_path)!r}, str(os.getpid())).touch()\n"
        f"os.getpid() == {os.getpid()} or os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert run(exec, [part, part], workers=2) == [None, None]
    seen = {path.name for path in tmp_path.iterdir()}
    assert str(os.getpid()) in seen
    assert len(seen) > 1, "no worker was killed"
    assert "died" in caplog.text
