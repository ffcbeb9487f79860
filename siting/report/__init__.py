"""The report as a document: identity, dictionary, file."""

from siting.report.districts import has_land_in, is_named_in, share_within
from siting.report.document import SCHEMA, report_to_dict, summary, write_report
from siting.report.geojson import findings_geojson, shown_geometry
from siting.report.identity import identity
from siting.report.prints import ID_PRINT_BYTES, id_print
from siting.report.repairs import repairs_to_list, write_repairs

__all__ = [
    "ID_PRINT_BYTES",
    "SCHEMA",
    "findings_geojson",
    "has_land_in",
    "id_print",
    "identity",
    "is_named_in",
    "repairs_to_list",
    "report_to_dict",
    "share_within",
    "shown_geometry",
    "summary",
    "write_repairs",
    "write_report",
]
