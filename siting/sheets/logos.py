"""The bureau's logo: a small PNG or JPEG that can be read to its end, and nothing else."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from siting.errors import ReadError, Where

#: A logo is at most so large, in bytes and in pixels.
_MOST_BYTES, _MOST_PIXELS = 5_000_000, 20_000_000
#: First bytes of a file -> what it is.
_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


def read_logo(path: Path | None) -> bytes | None:
    """Return the bytes of a logo; None for none.

    Raises
    ------
    ReadError
        For a file that is missing, too large, no PNG or JPEG, or cut short.
    """
    if path is None:
        return None
    try:
        content = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise _unusable(path, str(error.strerror)) from error
    found = f"{len(content):,} bytes" if content else "no file, or an empty one"
    if picture_kind(content) is None or len(content) > _MOST_BYTES:
        raise _unusable(path, found)
    _require_whole(path, content)
    return content


def picture_kind(content: bytes) -> str | None:
    """Return ``png`` or ``jpg`` by a file's first bytes, None for anything else."""
    return next((kind for start, kind in _KINDS.items() if content.startswith(start)), None)


def _require_whole(path: Path, content: bytes) -> None:
    """Refuse a picture with too many pixels before they are unpacked, and one that is cut short."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                width, height = picture.size
                if width * height <= _MOST_PIXELS:
                    picture.load()
                    return
        found = f"{width:,} × {height:,} pixels"
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        found = "far too many pixels"
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow says of broken files
        found = str(error)
    raise _unusable(path, found)


def _unusable(path: Path, found: str) -> ReadError:
    return ReadError(
        "the logo cannot be used",
        where=Where(file=path.name),
        expected=f"a whole PNG or JPEG of at most {_MOST_BYTES // 1_000_000} MB and "
        f"{_MOST_PIXELS // 1_000_000} million pixels",
        found=found,
        next_step="save the logo as PNG",
    )
