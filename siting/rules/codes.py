"""Land-use codes of several systems: translated by a crosswalk, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siting.model import Project, Text

Crosswalks = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """The system whose codes a rule speaks of; another one's (1001 …) may mean another thing."""

    name: str

    def translate(self, code: str, code_system: str, crosswalks: Crosswalks) -> str | None:
        """Return a code of another system in this one, None when that is not possible."""
        if not code:
            return None
        if code_system == self.name:
            return code
        crosswalk = crosswalks.get((code_system, self.name), {})
        fitting = [known for known in crosswalk if code.startswith(known)]
        return crosswalk[max(fitting, key=len)] if fitting else None

    def without_counterpart(self, project: Project) -> Text:
        """Say that a project's use cannot be translated."""
        return Text(
            f"项目用途代码（{project.use or '未填'}，"
            f"代码体系 {project.code_system or '未声明'}）无法对应到 {self.name}",
            f"the project's use ({project.use or 'empty'}, code system "
            f"{project.code_system or 'undeclared'}) has no counterpart in {self.name}",
        )
