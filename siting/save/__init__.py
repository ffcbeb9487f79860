"""Writing files so that a kill, a full disk or a lock never costs the file that was there.

Every writer goes through :func:`atomic_file`. Nothing here decides *what* may be written:
that is the business of the hand-over and of the maps.
"""

from siting.save.atomic import atomic_file, write_bytes, write_json, write_text
from siting.save.folder import copy_folder, require_new, require_writable
from siting.save.layer_styles import LayerStyle
from siting.save.sheets import Column, Formula, Sheet, csv_text, write_sheets
from siting.save.tables import VIEWING_NOTE, geojson_features, write_gpkg, write_viewing_geojson
from siting.save.txt import write_red_line_txt
from siting.save.txt_variant import TxtVariant, txt_variant

__all__ = [
    "VIEWING_NOTE",
    "Column",
    "Formula",
    "LayerStyle",
    "Sheet",
    "TxtVariant",
    "atomic_file",
    "copy_folder",
    "csv_text",
    "geojson_features",
    "require_new",
    "require_writable",
    "txt_variant",
    "write_bytes",
    "write_gpkg",
    "write_json",
    "write_red_line_txt",
    "write_sheets",
    "write_text",
    "write_viewing_geojson",
]
