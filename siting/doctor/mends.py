"""What to do about each problem that the load contract can name."""

from __future__ import annotations

from siting.model import Text

#: The words of a refusal that `repair` may mend.
REPAIRABLE = "invalid geometry"
#: What to do about a layer that is short of rows.
SHORT = Text(
    "在源文件中修正或删去下列行，或请提供方重发",
    "mend or delete the rows listed below in the source, or ask for the file again",
)
SHORT_AND_REPAIRABLE = Text(
    "按所列行号修正图形，或写 repair = true 由程序修复并记入报告",
    "mend the rows that are listed, or write repair = true: repairs go into the report",
)
#: A part of the contract's English sentence (lower case) -> what to do. The first fits.
_MENDS: tuple[tuple[tuple[str, ...], Text], ...] = (
    (
        ("there is no such file", "there is no file", "not a regular file"),
        Text(
            "核对 city.toml 中的 path；数据在别处时用 --data-dir 指定",
            "check path in city.toml; where the data lie elsewhere, give --data-dir",
        ),
    ),
    (
        ("there is no column", "has no column"),
        Text(
            "在 city.toml 中更正列名，或向提供方索取带该列的文件",
            "correct the column's name in city.toml, or ask for a file that has it",
        ),
    ),
    (
        ("no coordinate reference system",),
        Text(
            '问清提供方后，在该图层写 crs = "EPSG:…"',
            'ask who delivered it, then write crs = "EPSG:…" for this layer',
        ),
    ),
    (
        ("two crss",),
        Text(
            "问清哪个对：删去 city.toml 的 crs，或请提供方更正文件",
            "find out which is right: remove crs from city.toml, or have the file corrected",
        ),
    ),
    (
        ("does not hold", "rule out the hypothesis", "there is no hypothesis"),
        Text(
            "用 siting forensics 查看证据，然后更正或删去 accept",
            "look at the evidence with siting forensics, then correct or remove accept",
        ),
    ),
    (
        ("nowhere near", "that cannot be", "swapped"),
        Text(
            "用 siting forensics 查看证据；核实后写 accept，或更正 crs，或重新索取文件",
            "look at the evidence with siting forensics; once verified write accept, or correct "
            "crs, or ask for the file again",
        ),
    ),
    (
        ("sha256 differs",),
        Text(
            "文件不是登记的那一份：换回原件；确认新文件无误时更新 sha256",
            "this is not the file on record: put that one back, or update sha256 if the new one "
            "is right",
        ),
    ),
    (
        ("too old",),
        Text(
            "索取新版本，或有依据地放宽 max_age_days",
            "ask for a newer version, or raise max_age_days if that can be justified",
        ),
    ),
    (
        ("as-of date", "has no date"),
        Text(
            "更正该图层的 dated，或换基准日（--as-of）",
            "correct dated of this layer, or choose another date (--as-of)",
        ),
    ),
    (
        ("has 0 rows",),
        Text(
            "确实为空时写 declared_empty = true，否则重新索取",
            "write declared_empty = true if that is right, else ask for the file again",
        ),
    ),
    (("rows were refused",), SHORT_AND_REPAIRABLE),
    (
        ("has duplicates",),
        Text(
            "把 id_column 换成不重复的列，或请提供方去重",
            "choose an id_column without duplicates, or have them removed",
        ),
    ),
    (
        ("cut short", "the reader gave", "has 0 bytes", "damaged", "is missing", "shapes and .dbf"),
        Text(
            "文件不完整：重新拷贝并核对大小，或请提供方重发",
            "the file is not whole: copy it again and compare sizes, or ask for it again",
        ),
    ),
    (
        ("as sublayer", "no layer '"),
        Text(
            "在该图层写 sublayer = 文件中的图层名",
            "write sublayer = the name of the layer in the file",
        ),
    ),
    (
        (
            "unsupported format",
            "whatever the name says",
            "no vector layer",
            "no geometry",
            "must be a geotiff",
            "is no table but",
        ),
        Text(
            "向提供方索取原始文件，或在 QGIS 中另存为 GeoPackage（栅格为 GeoTIFF）",
            "ask the provider for the original file, or save it as a GeoPackage in QGIS (a raster "
            "as GeoTIFF)",
        ),
    ),
    (
        ("unknown districts", "the outline"),
        Text(
            "更正该图层的 coverage：区名或区代码须在行政区图层中",
            "correct coverage of this layer: its districts must be in the district layer",
        ),
    ),
    (
        ("unfinished write",),
        Text(
            "关闭打开该文件的程序（QGIS、ArcGIS），再试；仍在时重新索取文件",
            "close the program that has it open (QGIS, ArcGIS) and try again, or ask for the file",
        ),
    ),
    (
        ("died on this file", "took longer", "more memory"),
        Text(
            "在 QGIS 中打开并另存为 GeoPackage，再试",
            "open it in QGIS, save it as a GeoPackage, and try again",
        ),
    ),
    (
        ("changed while",),
        Text("关闭正在写该文件的程序，再试", "close the program that writes it, and try again"),
    ),
)
OTHERWISE = Text(
    "检查该文件，或向提供方重新索取", "check the file, or ask its provider for it again"
)


def mend_of(problem: str) -> Text:
    """Return what to do about a problem of the load contract."""
    words = problem.lower()
    return next((mend for parts, mend in _MENDS if any(part in words for part in parts)), OTHERWISE)
