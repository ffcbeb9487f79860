"""``siting``: parse, one call of :mod:`siting.api`, render, exit status.

Exit status: 0 clean (or, for ``run`` and ``demo``, all outputs written), 1 findings or
something not checked, 2 usage or input, 3 a crash of ours.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
import traceback
from types import TracebackType

import click

from siting.environment import without_idle_threads
from siting.errors import SitingError

EXIT_USAGE = 2
EXIT_CRASH = 3
#: New objects before the collector of cycles looks at them. By Python's own 700 it looked 240 times
#: while one red line was checked, for a sixteenth of the CPU, and found a thousand objects.
OBJECTS_BEFORE_COLLECTING = 20_000
#: Name of a command -> the module that has it, as ``NAME_command``.
_HOMES = {
    name: f"siting.cli.{name}"
    for name in (
        "new", "run", "check", "compose", "repair", "exclude", "suggest", "plan", "compare",
        "sheet", "report", "handover", "workbook", "papers", "layers", "info", "forensics",
        "convert", "rules", "diff", "doctor", "cache", "demo", "sample",
    )
} | {"map": "siting.cli.maps"}  # fmt: skip


class _Commands(click.Group):
    """Commands that are imported when they are asked for: ``siting check`` waits for no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_HOMES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _HOMES and cmd_name not in self.commands:
            home = importlib.import_module(_HOMES[cmd_name])
            self.add_command(getattr(home, f"{cmd_name}_command"))
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.version_option(package_name="siting", prog_name="siting")
def app() -> None:
    """siting: where may a city's projects stand? 规划红线核查与选址建议

    Begin with:  siting demo        (the sample city, results in ./siting-demo/maps)

    Then your own city:  siting new DIR     (writes DIR/city.toml)
                         siting run DIR/city.toml
    """


class _CrashGuard:
    """Ends the process with status 3 on what nobody foresaw, and says what to send us."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or not issubclass(kind, Exception):
            return
        traceback.print_exception(kind, error, trace, file=sys.stderr)
        click.echo(
            "\nsiting crashed: this is our fault. Nothing was checked by this run.\n"
            "  next step: report the lines above together with the output of siting --version",
            err=True,
        )
        sys.exit(EXIT_CRASH)


def main() -> None:
    """Run the command line, and raise SystemExit with its status."""
    without_idle_threads()
    with _CrashGuard():
        try:
            status = app.main(standalone_mode=False)
        except SitingError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("interrupted", err=True)
            sys.exit(130)
        except click.ClickException as error:
            error.show()
            sys.exit(EXIT_USAGE)
        sys.exit(status if isinstance(status, int) else 0)


class _Exit:
    """Ends the process once all that was to be done at its end is done.

    To take apart some 500 modules object by object, only for the system to take back the memory
    anyway, was a sixth of the CPU of one red line. mypy leaves so too (``mypy.util.hard_exit``).
    """

    status: object = None
    """Of the SystemExit; while there is none, Python ends the process as it always does."""

    def __call__(self) -> None:
        # Who traces (coverage, a debugger) has something to do after us.
        if not isinstance(self.status, int) or sys.gettrace() is not None:
            return
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:  # a closed pipe, which Python reports in its own way
            return
        os._exit(self.status)


def entry() -> None:
    """Run the command line as a process of its own: ``siting``, and ``python -m siting``."""
    leave = _Exit()
    atexit.register(leave)  # the first in is the last out: after all other ends of modules
    gc.set_threshold(OBJECTS_BEFORE_COLLECTING, *gc.get_threshold()[1:])
    try:
        main()
    except SystemExit as ended:
        leave.status = ended.code
        raise
