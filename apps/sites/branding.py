"""A site's own look on the person's pages: an accent that can be read, and a logo that is only a picture.

The logo is decoded and drawn anew, so that nothing of the file but its pixels is kept. SVG is a program as much as a
picture, and refused.
"""

from __future__ import annotations

import io
import re
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from apps.core.errors import Invalid

# The grounds on which an accent may stand as text, least in favour of it first (frontend/styles/tokens.css).
LIGHT_GROUND, DARK_GROUND = "#f3f7f4", "#1a211e"
ENOUGH = 4.5  # WCAG 2.2, 1.4.3
OURS = "#156f41"  # where a site has chosen none
ON_LIGHT, ON_DARK = "#ffffff", "#07180f"  # words on a button of the accent

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 512 * 1024  # of the upload
MOST_SIDE = 4_096  # pixels; what is larger is refused before it is decoded
KEPT_BYTES = 12 * 1024  # the consent page stays below 30 KB with it
SIZES = [(320, 96), (240, 72), (160, 48)]  # twice what is shown, then less until it is small enough

_HEX = re.compile(r"#[0-9a-f]{6}")


# --- Colours ------------------------------------------------------------------------------------------


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well one is read on the other, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with `share` of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def nearest(colour: str, *, ground: str) -> str:
    """The nearest colour of its kind that is read on `ground`: itself where it is, else darker or lighter."""
    end = "#000000" if _luminance(ground) > 0.18 else "#ffffff"
    shares = (step / 50 for step in range(51))
    return next(found for share in shares if contrast(found := mixed(colour, end, share), ground) >= ENOUGH)


def colour(given: str) -> str:
    """Return the colour as browsers write it (#rrggbb); empty stays empty. Raises `Invalid` for anything else."""
    said = given.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", said):
        said = "#" + "".join(digit * 2 for digit in said[1:])
    if said and not _HEX.fullmatch(said):
        raise Invalid(_("“%(given)s” is no colour. Write it like #1b6e3f.") % {"given": given[:20]})
    return said


def readable(given: str, *, is_dark: bool) -> str:
    """Return the colour if it can be read on our pages, light ones or dark ones.

    Raises `Invalid` with the ratio that was measured and the nearest colour that would do.
    """
    said, ground = colour(given), DARK_GROUND if is_dark else LIGHT_GROUND
    if not said or (measured := contrast(said, ground)) >= ENOUGH:
        return said
    facts = {"colour": said, "ratio": int(measured * 100) / 100, "better": nearest(said, ground=ground)}
    if is_dark:
        sentence = _("%(colour)s has a contrast of %(ratio)s : 1 on dark pages; text needs 4.5 : 1. Try %(better)s.")
    else:
        sentence = _("%(colour)s has a contrast of %(ratio)s : 1 on light pages; text needs 4.5 : 1. Try %(better)s.")
    raise Invalid(sentence % facts)


def style(accent: str, accent_dark: str) -> str:
    """The style sheet with which a site's accent takes the place of ours. Without a dark one it is made of the other."""
    dark = accent_dark or nearest(accent, ground=DARK_GROUND)
    return (
        f":root{{{_meanings(accent, LIGHT_GROUND, ON_LIGHT, '#000000')}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{_meanings(dark, DARK_GROUND, ON_DARK, '#ffffff')}}}}}\n"
    )


def _meanings(accent: str, ground: str, on: str, end: str) -> str:
    names = {
        "accent": accent,
        "accent-strong": mixed(accent, end, 0.15),
        "accent-wash": mixed(ground, accent, 0.1),
        "on-accent": on,
        "focus": accent,
    }
    return "".join(f"--color-{name}:{value};" for name, value in names.items())


# --- The logo -----------------------------------------------------------------------------------------


def logo(upload: bytes) -> tuple[bytes, int, int]:
    """Draw the picture anew as a small PNG; returns it with its width and height.

    Raises `Invalid` for what is too large, is none of `FORMATS`, or cannot be drawn.
    """
    if len(upload) > MOST_BYTES:
        raise Invalid(_("This file is larger than 512 KB. Save the logo smaller."))
    if b"<svg" in upload[:2_000].lower():
        raise Invalid(_("An SVG can hold a program, so it is not taken. Save the logo as PNG, JPEG or WebP."))
    picture = _decoded(upload)
    return next(made for made in (_drawn(picture, *size) for size in SIZES) if _is_small(made))


def _decoded(upload: bytes) -> Image.Image:
    found = _opened(upload)
    if max(found.size) > MOST_SIDE:
        raise Invalid(_("This picture has more than 4,096 pixels at a side. Save the logo smaller."))
    try:
        return ImageOps.exif_transpose(found).convert("RGBA")
    except Exception as error:  # a decoder that meets a broken file raises whatever it likes
        raise _unreadable() from error


def _opened(upload: bytes) -> Image.Image:
    """Its head, with its size; nothing is decoded yet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is checked next
            return Image.open(io.BytesIO(upload), formats=FORMATS)
    except Exception as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return Invalid(_("This is no picture that we can read. Save the logo as PNG, JPEG or WebP."))


def _drawn(picture: Image.Image, width: int, height: int) -> tuple[bytes, int, int]:
    small = picture.copy()
    small.thumbnail((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # FASTOCTREE is the one that keeps what is transparent.
    small.quantize(256, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue(), *small.size


def _is_small(made: tuple[bytes, int, int]) -> bool:
    return len(made[0]) <= KEPT_BYTES
