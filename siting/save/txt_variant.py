"""The variants of the red-line TXT that offices ask for, as data."""

from __future__ import annotations

from dataclasses import dataclass

from siting.errors import WriteError, nearest

#: Keys of the header that an office may ask for: none, the seven, or those with three before.
HEADER_KEYS = (0, 7, 10)
#: Fields of a plot line before the ``@``.
PLOT_FIELDS = (8, 10, 13)
#: Decimals of metres beyond which a float has nothing to say (1e-9 m at 4e7 m).
MOST_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class TxtVariant:
    """How a red-line TXT is written.

    Attributes
    ----------
    header_keys
        7 (standard), 10 (with version, producer and date before them) or 0 (no header).
    plot_fields
        8 (standard), 10 or 13: further fields are blank.
    decimals
        Of a coordinate; None: 3 (1 mm) for metres, 9 (0.1 mm) for degrees.
    has_prefix
        The zone's number before the easting: None as the CRS has it, else on or off.
    zone_degrees
        Width of the zone for a meridian that both divisions share (117°E): 3, 6, or None as
        the CRS has it.
    restarts_numbers
        Point numbers begin with J1 in each ring; else they run on within a plot.
    is_closed
        Each ring ends with its first point again.
    producer, produced
        数据产生单位 and 数据产生日期 of the long header; a date is an argument, never a clock.
    """

    header_keys: int = 7
    plot_fields: int = 8
    decimals: int | None = None
    has_prefix: bool | None = None
    zone_degrees: int | None = None
    restarts_numbers: bool = False
    is_closed: bool = True
    producer: str = ""
    produced: str = ""

    def __post_init__(self) -> None:
        _require("header_keys", self.header_keys, HEADER_KEYS)
        _require("plot_fields", self.plot_fields, PLOT_FIELDS)
        _require("zone_degrees", self.zone_degrees, (None, 3, 6))
        _require("decimals", self.decimals, (None, *range(MOST_DECIMALS + 1)))


def _require(name: str, value: int | None, allowed: tuple[int | None, ...]) -> None:
    if value not in allowed:
        raise WriteError(
            f"'{name}' of the TXT variant cannot be {value}",
            expected=", ".join(str(choice) for choice in allowed),
            found=str(value),
            next_step=f"choose one of these for {name}",
        )


STANDARD = TxtVariant()
_SWITCHES = {"yes": True, "no": False}


def txt_variant(text: str) -> TxtVariant:
    """Return the variant that a text such as ``header=10,fields=13,decimals=4`` describes.

    Words: ``header`` 0, 7, 10; ``fields`` 8, 10, 13; ``decimals`` 0–9; ``zone`` 3, 6;
    ``prefix``, ``closed``, ``restart`` yes or no. An empty text is the standard form.

    Raises
    ------
    WriteError
        For an unknown word, with the nearest one, or a value that cannot be.
    """
    chosen: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        word, _, value = part.partition("=")
        if word not in _WORDS:
            raise WriteError(
                f"unknown word '{word}' in the TXT variant",
                expected=", ".join(_WORDS),
                found=part,
                next_step=nearest(word, _WORDS) or "use one of these words",
            )
        chosen[word] = value.strip()
    numbers = {word: _number(word, chosen[word]) for word in chosen if not _WORDS[word]}
    switches = {word: _switch(word, chosen[word]) for word in chosen if _WORDS[word]}
    return TxtVariant(
        header_keys=numbers.get("header", STANDARD.header_keys),
        plot_fields=numbers.get("fields", STANDARD.plot_fields),
        decimals=numbers.get("decimals"),
        zone_degrees=numbers.get("zone"),
        has_prefix=switches.get("prefix"),
        is_closed=switches.get("closed", STANDARD.is_closed),
        restarts_numbers=switches.get("restart", STANDARD.restarts_numbers),
    )


#: The words of a variant -> whether it is a switch.
_WORDS = {
    "header": False, "fields": False, "decimals": False, "zone": False,
    "prefix": True, "closed": True, "restart": True,
}  # fmt: skip


def _number(word: str, value: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) <= 2:
        return int(value)
    raise _not_understood(word, value, "a whole number")


def _switch(word: str, value: str) -> bool:
    if value in _SWITCHES:
        return _SWITCHES[value]
    raise _not_understood(word, value, "yes or no")


def _not_understood(word: str, value: str, expected: str) -> WriteError:
    return WriteError(
        f"'{word}={value}' of the TXT variant is not understood",
        expected=f"{word}= {expected}",
        found=value,
        next_step="correct it",
    )
