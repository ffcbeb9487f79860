"""Papers for the dossier as Word files: checklist, proposals, letters, the page of a check."""

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
    "material_of",
    "missing_templates",
    "write_papers",
    "write_result",
    "write_templates",
]
