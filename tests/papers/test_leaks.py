"""A token in every text that one district owns: no paper of the other district has it."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from siting.model import Report, Route, Severity, Status, Text, Verdict, Way
from siting.papers import Orders, material_of, write_papers

from ..handover.conftest import build_world


def judged(report: Report) -> Report:
    """Return the world's report with a verdict for each red line's findings."""
    (farmland,) = report.rules
    ask = Route(Way.ASK_AUTHORITY, Text("征求意见"), Text("某局"))
    farmland, metro = replace(farmland, route=ask), replace(farmland, code="cn.metro", route=ask)
    found = {finding.red_line_id: [] for finding in report.findings}
    for finding in report.findings:
        found[finding.red_line_id].append(finding.id)
    conflicts = tuple(
        Verdict(line, f"PRJ-{line[-1]}", "cn.farmland", Severity.PROHIBITED, Status.CONFLICT,
                finding_ids=tuple(ids), area_m2=12.5)
        for line, ids in found.items()
    )  # fmt: skip
    findings = tuple(replace(finding, route=ask) for finding in report.findings)
    return replace(
        report, rules=(farmland, metro), verdicts=(*report.verdicts, *conflicts), findings=findings
    )


@pytest.mark.parametrize(("district", "other"), [("440901", "CANARYB"), ("440902", "CANARYA")])
def test_a_district_reads_no_text_of_the_other(tmp_path: Path, district: str, other: str) -> None:
    world = build_world()
    made = material_of(
        judged(world.report), world.searches, world.atlas, city=world.city,
        orders=Orders(district=district, language="zh"),
    )  # fmt: skip
    papers = write_papers(made, tmp_path)
    own = 0
    for paper in papers:
        with zipfile.ZipFile(paper) as archive:
            for name in archive.namelist():
                text = archive.read(name).decode("utf-8", "ignore")
                assert other not in text, (paper.name, name)
                # remarks, promises, aliases and profiles of the ledger stay in the house
                for token in ("CANARYXremark", "CANARYXpromised", "CANARYXalias"):
                    assert token not in text, (paper.name, name)
                assert "/secret/place" not in text, (paper.name, name)
                own += "CANARY" in text
    assert own >= 2
