"""What `siting new` guessed or left open in a city.toml, and nobody has looked at since."""

from __future__ import annotations

from pathlib import Path

from siting.city import CONFIRM_MARK, FILL_MARK
from siting.doctor.checks import Check, CheckStatus, Group
from siting.model import Text


def examine_marks(path: Path) -> tuple[Check, ...]:
    """Count the marks of `siting new` that still stand; nothing when there is none.

    Parameters
    ----------
    path
        A city.toml or its folder. One that is no text in UTF-8 is another check's business.
    """
    file = path / "city.toml" if path.is_dir() else path
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    confirms = [number for number, line in enumerate(lines, start=1) if CONFIRM_MARK in line]
    fills = [number for number, line in enumerate(lines, start=1) if FILL_MARK in line]
    if not confirms and not fills:
        return ()
    found = Text(
        f"{len(confirms)} 处推测未核对（CONFIRM 请确认），{len(fills)} 处未填写（FILL 请填写）",
        f"guesses not yet confirmed (CONFIRM): {len(confirms)}, not yet filled in (FILL): "
        f"{len(fills)}",
    )
    mend = Text(
        f"从第 {min(confirms + fills)} 行起逐项核对或填写，然后删去标记",
        f"go through them from line {min(confirms + fills)} on, then delete the marks",
    )
    title = Text("siting new 的标记", "marks of siting new")
    return (Check(Group.CITY, "marks", title, CheckStatus.WARNING, found, mend),)
