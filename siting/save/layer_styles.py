"""``layer_styles``: the table by which QGIS opens a layer of a GeoPackage styled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TABLE = "layer_styles"
#: Name of the column of identifiers, as QGIS makes it.
ID_COLUMN = "id"
#: GDAL's name of the geometry column of a GeoPackage, by which QGIS finds the style.
GEOMETRY_COLUMN = "geom"


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """One style of one layer: its name, the QML document, and what it says of itself."""

    name: str
    qml: str
    description: str = ""


def style_table(styles: Mapping[str, Sequence[LayerStyle]], *, dated: dt.date) -> pd.DataFrame:
    """Return the rows of ``layer_styles``, sorted by layer, the default of each first.

    Parameters
    ----------
    styles
        Styles by name of the table that they are for, the default first.
    dated
        The date that stands in the file as the last change of each style.

    Notes
    -----
    The columns are those that QGIS makes (QgsOgrProviderUtils::saveStyle). It asks for
    catalogue and schema by empty texts: null would not be found.
    """
    import pandas as pd

    rows = [(name, place, one) for name in sorted(styles) for place, one in enumerate(styles[name])]
    count = len(rows)
    return pd.DataFrame(
        {
            "f_table_catalog": [""] * count,
            "f_table_schema": [""] * count,
            "f_table_name": [name for name, _, _ in rows],
            "f_geometry_column": [GEOMETRY_COLUMN] * count,
            "styleName": [one.name for _, _, one in rows],
            "styleQML": [one.qml for _, _, one in rows],
            "styleSLD": [""] * count,
            "useAsDefault": [place == 0 for _, place, _ in rows],
            "description": [one.description for _, _, one in rows],
            "owner": [""] * count,
            "ui": [""] * count,
            "update_time": pd.to_datetime([dated.isoformat()] * count, utc=True),
        }
    )
