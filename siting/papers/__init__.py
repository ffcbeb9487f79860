"""Papers for the dossier as Word files: checklist, proposals, letters, the page of a check."""

from siting.papers.filing import file_papers, require_unedited
from siting.papers.material import Material, Orders, material_of
from siting.papers.write import (
    TEMPLATES,
    missing_templates,
    write_papers,
    write_result,
    write_templates,
)

__all__ = [
    "TEMPLATES",
    "Material",
    "Orders",
    "file_papers",
    "material_of",
    "missing_templates",
    "require_unedited",
    "write_papers",
    "write_result",
    "write_templates",
]
