"""``siting``: parse, one call of :mod:`siting.api`, render, exit status.

Exit status: 0 clean (or, for ``run`` and ``demo``, all outputs written), 1 findings or
something not checked, 2 usage or input, 3 a crash of ours.
"""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

import click

from siting.cli.cache import cache_command
from siting.cli.check import check_command
from siting.cli.compose import compose_command
from siting.cli.convert import convert_command
from siting.cli.demo import demo_command
from siting.cli.diff import diff_command
from siting.cli.doctor import doctor_command
from siting.cli.exclude import exclude_command
from siting.cli.forensics import forensics_command
from siting.cli.handover import handover_command
from siting.cli.info import info_command
from siting.cli.layers import layers_command
from siting.cli.maps import map_command
from siting.cli.new import new_command
from siting.cli.repair import repair_command
from siting.cli.rules import rules_command
from siting.cli.run import run_command
from siting.cli.sample import sample_command
from siting.cli.suggest import suggest_command
from siting.environment import without_idle_threads
from siting.errors import SitingError

EXIT_USAGE = 2
EXIT_CRASH = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(package_name="siting", prog_name="siting")
def app() -> None:
    """siting: where may a city's projects stand? 规划红线核查与选址建议

    Begin with:  siting demo        (the sample city, results in ./siting-demo/maps)

    Then your own city:  siting new DIR     (writes DIR/city.toml)
                         siting run DIR/city.toml
    """


for _command in (
    new_command,
    run_command,
    check_command,
    compose_command,
    repair_command,
    exclude_command,
    suggest_command,
    map_command,
    handover_command,
    layers_command,
    info_command,
    forensics_command,
    convert_command,
    rules_command,
    diff_command,
    doctor_command,
    cache_command,
    demo_command,
    sample_command,
):
    app.add_command(_command)


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
    """Run the command line; the entry point of the ``siting`` script."""
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
