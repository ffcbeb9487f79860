"""``siting new``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import echo_json, json_option, progress_to_stderr, quiet_option

if TYPE_CHECKING:
    from siting.founding import Entry, Founding

_COLORS = {"sure": "green", "guessed": "yellow", "unknown": "red"}
_WORDS = {"sure": "确定 sure", "guessed": "推测 guessed", "unknown": "未知 unknown"}
_USES = {
    "redlines": "[[redlines]]",
    "projects": "[projects]",
    "outline": "(outline)",
    "table": "(table)",
    "unknown": "?",
    "unread": "✗",
}


@click.command("new")
@click.argument("source", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write. Default: city.toml in DIR, or beside it when DIR is a .gdb or file.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--crs", default="", metavar="EPSG:…", help="Working CRS. Default: one is proposed.")
@click.option("--name", default="", metavar="TEXT", help="The city's name. Default: the folder's.")
@json_option
@quiet_option
def new_command(
    source: Path,
    output: Path | None,
    force: bool,
    crs: str,
    name: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write a commented city.toml from the layers found in DIR. 新建城市配置

    DIR is a folder, a .gdb, a GeoPackage or a zip. Guesses bear CONFIRM 请确认, what is to be
    filled in FILL 请填写. Status 1 when a file could not be read; the others are written.
    """
    from siting import api

    options = api.FoundingOptions(crs=crs, name=name, overwrite=force)
    found = api.new(
        source, output=output, options=options, progress=progress_to_stderr(quiet=quiet)
    )
    if as_json:
        echo_json(api.founding_to_dict(found))
    else:
        _show(found)
    raise SystemExit(1 if found.unread else 0)


def _show(found: Founding) -> None:
    from siting.city import CONFIRM_MARK, FILL_MARK

    rows = [_row(entry, found.base) for entry in found.entries]
    width = max(len(row[0]) for row in rows)
    middle = max(len(row[1]) for row in rows)
    for place, use, sureness in rows:
        word = click.style(_WORDS[sureness], fg=_COLORS[sureness])
        click.echo(f"  {place:<{width}}  {use:<{middle}}  {word}")
    for text in found.unread:
        click.echo(f"  {click.style('✗', fg='red')} {_plain(text)}")
    if found.aside:
        count = len(found.aside)
        files = "1 file" if count == 1 else f"{count} files"
        click.echo(f"  {files} left aside, listed at the end of the file")
    confirms, fills = found.text.count(CONFIRM_MARK), found.text.count(FILL_MARK)
    click.echo(f"\n{found.path}")
    click.echo(f"  {confirms} × CONFIRM 请确认   {fills} × FILL 请填写")
    click.echo("\n下一步 / next:")
    for step in _steps(found):
        click.echo(f"  {step}")


def _row(entry: Entry, base: Path) -> tuple[str, str, str]:
    sight = entry.sight
    place = sight.path.relative_to(base).as_posix()
    place = f"{place} · {sight.sublayer}" if sight.sublayer else place
    use = entry.role or _USES.get(str(entry.use), str(entry.use))
    idle = "" if entry.is_active or str(entry.use) != "layer" else " (idle)"
    return _plain(place), f"{use}{idle}", str(entry.sureness)


def _plain(text: str) -> str:
    """Return a name for the terminal: nothing that moves the cursor."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _steps(found: Founding) -> list[str]:
    file = found.path.name
    has_districts = any(each.role == "district" and each.is_active for each in found.entries)
    steps = (
        []
        if has_districts
        else ["加入行政区图层，必须有 / add the layer of districts: it is needed"]
    )
    return [
        *steps,
        f"1. 打开 {file}，核对 CONFIRM，填写 FILL / open it, check each CONFIRM, fill in each FILL",
        "   先填 coverage：不声明就不会得出“无冲突” / coverage first: without it nothing is clear",
        f"2. siting doctor {file}   还缺什么 / what is still missing",
        f"3. siting check {file}    核查红线 / check the red lines",
    ]
