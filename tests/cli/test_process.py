"""The command line as a process of its own: how it ends, and what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import click
import pytest

from siting.cli import app

SCRIPT = """
import atexit, sys
from siting.cli import entry
from sys import modules; import siting.cli; room = modules['siting.cli.main']
def command():
    atexit.register(print, "the last word", flush=False)
    print("x" * 1_000_000)
    {ending}
room.main = command
entry()
"""


def ended(ending: str) -> subprocess.CompletedProcess[str]:
    script = SCRIPT.format(ending=ending)
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("ending", "status"),
    [("sys.exit(0)", 0), ("sys.exit(1)", 1), ("sys.exit(3)", 3), ("sys.exit('no')", 1),
     ("raise KeyboardInterrupt", -2), ("raise ValueError", 1), ("pass", 0)],
)  # fmt: skip
def test_all_is_written_and_the_status_is_kept(ending: str, status: int) -> None:
    done = ended(ending)
    assert done.returncode == status
    assert done.stdout == "x" * 1_000_000 + "\nthe last word\n"


def test_a_traced_process_ends_as_python_ends_it() -> None:
    """Coverage writes its figures down after us."""
    script = (
        "import atexit, sys\natexit.register(print, 'figures')\n"
        "import siting.cli; room = sys.modules['siting.cli.main']\n"
        "room.main = lambda: sys.exit(1)\n"
        "if sys.argv[1] == 'traced': sys.settrace(lambda *_: None)\nroom.entry()"
    )
    said = [
        subprocess.run([sys.executable, "-c", script, how], capture_output=True, check=False)
        for how in ("traced", "plain")
    ]
    assert [done.returncode for done in said] == [1, 1]
    assert [done.stdout for done in said] == [b"figures\n", b""]


def test_a_closed_pipe_is_reported_as_ever() -> None:
    reading, writing = os.pipe()
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    os.close(reading)
    script = "import sys, siting.cli; room = sys.modules['siting.cli.main']\n"
    script += "room.main = lambda: (print('x'), sys.exit(0))\nroom.entry()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        env=buffered,
    )
    os.close(writing)
    assert done.returncode == 120
    assert b"BrokenPipeError" in done.stderr


def test_a_command_loads_no_other() -> None:
    script = (
        "import json, sys\nfrom siting.cli import app\n"
        "app.main(['check', '--help'], standalone_mode=False)\n"
        "print(json.dumps(sorted(n for n in sys.modules if n.startswith('siting.cli.'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, encoding="utf-8"
    )
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert loaded == ["siting.cli.check", "siting.cli.main", "siting.cli.options"]


def test_every_command_is_found_by_its_name() -> None:
    context = click.Context(app)
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert app.get_command(context, "no_such") is None
