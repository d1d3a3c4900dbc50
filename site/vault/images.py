"""Pictures are decoded and encoded anew: place, time and camera stay behind, and so does anything hidden."""

from __future__ import annotations

import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from vault.kinds import Refusal

# 50 million pixels: more than a phone's photo of a page, and 150 MB in memory at most.
MAX_PIXELS = 50_000_000
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
_SAVE: dict[str, dict[str, Any]] = {
    "jpeg": {"quality": 90, "optimize": True},
    "png": {"compress_level": 6},
    "webp": {"quality": 90, "method": 3},
}


def reencode(source: BinaryIO, target: Any, which: str) -> None:
    """Write the picture anew to `target`, turned upright, without any metadata. Raises Refusal."""
    source.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is next
            with Image.open(source, formats=[FORMATS[which]]) as image:
                _save(image, target, which)
    except Image.DecompressionBombError as error:
        raise Refusal(_too_many()) from error
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        IndexError,
        TypeError,
        EOFError,
    ) as error:
        raise Refusal(
            "cannot be read: the picture is damaged or not complete. "
            "Copy it again from the camera or phone and upload that."
        ) from error


def _too_many() -> str:
    return (
        f"has more than {MAX_PIXELS // 1_000_000} million pixels. "
        "Save it at a smaller size, or as a PDF, and upload that."
    )


def _save(image: Image.Image, target: Any, which: str) -> None:
    if image.width * image.height > MAX_PIXELS:  # known from the header, before a pixel is decoded
        raise Refusal(_too_many())
    if getattr(image, "n_frames", 1) > 1 and which != "jpeg":
        raise Refusal("is a moving picture. Save each picture you need as a still and upload those.")
    image.load()
    upright = ImageOps.exif_transpose(image)
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    if upright.mode == "L" or (upright.mode == "1" and which == "png"):
        plain = upright.copy()
    else:
        plain = upright.convert("RGBA" if has_alpha and which != "jpeg" else "RGB")
    plain.info = {}  # comments, profiles and resolutions travel in here
    plain.getexif().clear()
    plain.save(target, FORMATS[which], **_SAVE[which])
