"""Any file that siting reads -> any that it writes, and what a file holds.

``info`` looks, ``convert`` copies: both go through the load contract, so that a file that
lost rows is said to have lost them, and nothing is mended on the way.
"""

from siting.convert.between import convert
from siting.convert.forensics import (
    ForensicReport,
    LayerInquiry,
    forensics,
    forensics_to_dict,
    place,
)
from siting.convert.info import LayerInfo, SourceInfo, info, info_to_dict
from siting.convert.options import Conversion, ConvertOptions
from siting.convert.source import Collection, read_collection

__all__ = [
    "Collection",
    "Conversion",
    "ConvertOptions",
    "ForensicReport",
    "LayerInfo",
    "LayerInquiry",
    "SourceInfo",
    "convert",
    "forensics",
    "forensics_to_dict",
    "info",
    "info_to_dict",
    "place",
    "read_collection",
]
