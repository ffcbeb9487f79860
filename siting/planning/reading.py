"""plan.json -> who had what: the plan before, read back for a plan that changes little.

A file that is no plan, of another version, cut short or changed by hand is refused: half a plan
before would read as if the other projects had had nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from siting.errors import ReadError, Where
from siting.load.words import say
from siting.planning.document import SCHEMA, identity_of

PLAN_NAME = "plan.json"
_NEXT_STEP = say(
    "给出 siting plan 写出的 plan.json，或用 --fresh 重新编排",
    "give the plan.json that siting plan wrote, or plan anew with --fresh",
)


def read_previous(path: Path) -> Mapping[str, str]:
    """Return the site of each placed project in a plan before.

    Parameters
    ----------
    path
        What ``siting plan --output`` or ``siting plan --json`` wrote, or the folder with it.

    Raises
    ------
    ReadError
        See :func:`read_document`.
    """
    rows = read_document(path)["rows"]
    return {row["project"]: row["site"] for row in rows if row["site"] is not None}


def read_document(path: Path) -> Mapping[str, Any]:
    """Return what a plan.json says, whole and as it was written.

    Parameters
    ----------
    path
        The file, or the folder with it.

    Raises
    ------
    ReadError
        When it is no plan of ``siting-plan/1``, or does not fit its own identity any more.
    """
    file = path / PLAN_NAME if path.is_dir() else path
    document = _require_plan(_parsed(file), file)
    try:
        is_whole = identity_of(document) == document["identity"]
    except (KeyError, TypeError) as error:
        raise _unreadable(
            file, say("计划文件已损坏", "the plan is damaged"), found=repr(error)
        ) from error
    if not is_whole:
        raise _unreadable(
            file,
            say("计划内容与其指纹不符，曾被改动", "the plan does not fit its identity: changed"),
            found=str(document["identity"]),
            next_step=say(
                "重新写出计划；自己的选择写入决定表（锁定）",
                "write the plan again; choices of your own belong into a table of decisions (lock)",
            ),
        )
    return document


def _parsed(file: Path) -> object:
    try:
        return json.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise _unreadable(
            file,
            say("没有这份计划，或不能读取", "there is no such plan, or it cannot be read"),
            found=error.strerror or str(error),
        ) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _unreadable(
            file,
            say("不是完整的 JSON", "this is no JSON in UTF-8, or it is cut short"),
            found=str(error),
        ) from error


def _require_plan(document: object, file: Path) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise _unreadable(file, _NO_PLAN, found=type(document).__name__)
    schema = document.get("schema")
    if schema == SCHEMA:
        return document
    is_other = isinstance(schema, str) and schema.startswith(f"{SCHEMA.partition('/')[0]}/")
    what = say("计划的版本与本程序不符", "the plan is of another version") if is_other else _NO_PLAN
    raise _unreadable(file, what, found=f"schema = {schema}")


_NO_PLAN = say("不是 siting 的用地计划", "this is no plan of siting")


def _unreadable(file: Path, what: str, *, found: str, next_step: str = _NEXT_STEP) -> ReadError:
    return ReadError(
        what,
        where=Where(file=file.name),
        expected=f'{PLAN_NAME}, "schema": "{SCHEMA}"',
        found=found,
        next_step=next_step,
    )
