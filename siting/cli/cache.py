"""``siting cache``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import data_dir_option, echo_json, json_option

if TYPE_CHECKING:
    from siting.store import Store

_city_argument = click.argument(
    "city", type=click.Path(path_type=Path), metavar="[CITY.toml]", default=Path()
)
_language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the text.",
)


@click.group("cache")
def cache_command() -> None:
    """What is kept of a city's layers between runs. 预处理缓存

    Nothing in it is needed: what is cleared is made again. SITING_CACHE=off keeps nothing,
    SITING_CACHE=DIR keeps it there; else it is .siting-cache beside city.toml.
    """


@cache_command.command("list")
@_city_argument
@data_dir_option
@json_option
@_language_option
def list_command(city: Path, data_dir: Path | None, as_json: bool, language: str) -> None:
    """Show what is kept, of which layer, and whether it will be taken. 列出缓存"""
    from siting.load.holdings import STATES, holdings

    store = _store(city, data_dir)
    found = holdings(store)
    if as_json:
        entries = [
            {
                "kind": each.kind,
                "of": each.label,
                "bytes": each.bytes,
                "built": each.built.isoformat(timespec="seconds"),
                "siting": each.version,
                "state": each.state,
            }
            for each in found
        ]
        echo_json({"folder": str(store.root or ""), "entries": entries})
        return
    click.echo(str(store.root or ("不保留" if language == "zh" else "nothing is kept")))
    for each in found:
        built = each.built.astimezone().strftime("%Y-%m-%d %H:%M")
        state = STATES[each.state].get(language)
        click.echo(
            f"  {each.bytes / 1e6:9.2f} MB  {built}  {each.version or '-':8} "
            f"{each.kind}  {each.label or each.kept.key[:12]}  {state}"
        )
    total = sum(each.bytes for each in found) / 1e6
    words = ("项", "合计") if language == "zh" else ("entries", "together")
    click.echo(f"{len(found)} {words[0]}, {words[1]} {total:.2f} MB")


@cache_command.command("clear")
@_city_argument
@data_dir_option
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="NAME",
    help="Only what is kept of this layer; may be given several times.",
)
@json_option
@_language_option
def clear_command(
    city: Path, data_dir: Path | None, layers: tuple[str, ...], as_json: bool, language: str
) -> None:
    """Remove what is kept, all of it or that of some layers. 清除缓存"""
    from siting.load.holdings import clear

    entries, gone = clear(_store(city, data_dir), layers)
    if as_json:
        echo_json({"entries": entries, "bytes": gone})
    elif language == "zh":
        click.echo(f"已清除 {entries} 项，{gone / 1e6:.2f} MB")
    else:
        click.echo(f"{entries} entries removed, {gone / 1e6:.2f} MB")


def _store(city: Path, data_dir: Path | None) -> Store:
    from siting import api

    return api.store_of(api.open_city(city, data_dir=data_dir))
