"""A site's look: a colour that can be read, and a logo that is only a picture."""

from __future__ import annotations

import io
import math
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused
from apps.core.models import AuditEntry
from apps.sites import branding
from apps.sites import services as sites
from apps.sites.models import Brand, Site
from tests.console.conftest import as_, other, shop, staff  # noqa: F401

BY = Actor.system("test")
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 200), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind, **more)
    return out.getvalue()


# --- Colours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "is_dark", "ratio"),
    [("#777777", False, "4.14"), ("#ffcc00", False, "1.39"), ("#1b6e3f", True, "2.61"), ("#333", True, "1.29")],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio_and_one_that_can(
    given: str, is_dark: bool, ratio: str
) -> None:
    with pytest.raises(Invalid) as refused:
        branding.readable(given, is_dark=is_dark)
    assert f"contrast of {ratio}" in refused.value.text
    better = re.findall(r"#[0-9a-f]{6}", refused.value.text)[-1]
    assert branding.readable(better, is_dark=is_dark) == better


@pytest.mark.parametrize("given", ["red", "#12345", "rgb(0,0,0)", "#1b6e3f;}body{display:none", "url(//x)"])
def test_what_is_no_colour_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        branding.readable(given, is_dark=False)


def test_the_ratio_is_that_of_wcag() -> None:
    assert branding.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert branding.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def _srgb(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )
    parts = [min(1, max(0, one)) for one in linear]
    return "#" + "".join(
        f"{round(255 * (12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055)):02x}" for p in parts
    )


def test_the_grounds_are_the_least_in_favour_of_a_text_that_the_pages_have() -> None:
    """Of the light pages the darkest ground, of the dark ones the lightest; and on both our own colours stand."""
    light, _mark, dark = (settings.BASE_DIR / "frontend/styles/tokens.css").read_text().partition("@media")
    for sheet, ground, on, least in [
        (light, branding.LIGHT_GROUND, branding.ON_LIGHT, min),
        (dark, branding.DARK_GROUND, branding.ON_DARK, max),
    ]:
        values = re.findall(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", sheet)
        values += [
            (name, lightness, "0", "0") for name, lightness in re.findall(r"--([\w-]+): oklch\(([\d.]+) 0 0\)", sheet)
        ]
        named = {name: _srgb(*map(float, parts)) for name, *parts in values}
        grounds = [named[name] for name in ("paper", "paper-sunk", "paper-raised")]
        assert least(grounds, key=branding._luminance) == ground
        assert named["on-green"] == on


@pytest.mark.parametrize("accent", ["#156f41", "#0b5cad", "#8a1c4f", "#000000", "#5a4a00"])
def test_what_the_sheet_says_can_be_read_on_light_and_on_dark_pages(accent: str) -> None:
    light, dark = branding.style(accent, "").split("@media")
    for sheet, ground in [(light, branding.LIGHT_GROUND), (dark, branding.DARK_GROUND)]:
        said = dict(re.findall(r"--color-([\w-]+):(#[0-9a-f]{6})", sheet))
        for one, other_one in [
            (said["accent"], ground),
            (said["accent"], said["on-accent"]),
            (said["accent-strong"], said["on-accent"]),
            (said["accent-strong"], ground),
        ]:
            assert branding.contrast(one, other_one) >= 4.5, (one, other_one)


# --- The logo -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_anew_and_small(kind: str) -> None:
    made, width, height = branding.logo(picture(kind))
    assert len(made) <= branding.KEPT_BYTES
    assert (width, height) in {(288, 96), (216, 72), (144, 48)}
    drawn = Image.open(io.BytesIO(made))
    assert (drawn.format, drawn.size) == ("PNG", (width, height))


def test_nothing_of_the_file_is_kept_but_its_pixels() -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "<script>alert(1)</script>")
    made, _width, _height = branding.logo(picture(pnginfo=said) + b"<script>tail()</script>")
    assert b"script" not in made


def test_what_is_transparent_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(out, "PNG")
    made, _width, _height = branding.logo(out.getvalue())
    assert Image.open(io.BytesIO(made)).convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SVG, "SVG can hold a program"),
        (b"\xef\xbb\xbf  " + SVG, "SVG can hold a program"),
        (b"GIF89a" + bytes(50), "no picture that we can read"),
        (b"", "no picture that we can read"),
        (picture()[:300], "no picture that we can read"),
        (picture(size=(4_097, 10)), "more than 4,096 pixels"),
        (bytes(branding.MOST_BYTES + 1), "larger than 512 KB"),
    ],
)
def test_what_is_no_such_picture_is_refused_in_plain_words(upload: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        branding.logo(upload)
    assert said in refused.value.text


# --- The verbs ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_verb_changes_and_audits_once(shop: Site) -> None:  # noqa: F811
    upload = picture()
    for _twice in range(2):
        sites.brand(shop, accent="#0b5cad", accent_dark="", by=BY)
        sites.set_logo(shop, upload, by=BY)
    for _twice in range(2):
        sites.remove_logo(shop, by=BY)
    told = AuditEntry.objects.filter(name="site.branded").values_list("facts", flat=True)
    assert sorted(facts["what"] for facts in told) == ["accent", "logo", "logo"]


@pytest.mark.django_db
def test_another_look_has_another_address_and_the_old_one_answers_no_more(shop: Site) -> None:  # noqa: F811
    old = sites.brand(shop, accent="#0b5cad", accent_dark="", by=BY).digest
    new = sites.set_logo(shop, picture(), by=BY).digest
    client = Client()
    assert [client.get(f"/brand/{one}.css").status_code for one in (old, new)] == [404, 200]
    assert [client.get(f"/brand/{one}.png").status_code for one in (old, new)] == [404, 200]


@pytest.mark.django_db
def test_both_files_are_ours_and_can_be_nothing_else(shop: Site) -> None:  # noqa: F811
    sites.brand(shop, accent="#0b5cad", accent_dark="#9cf", by=BY)
    digest = sites.set_logo(shop, picture(), by=BY).digest
    style, logo = (Client().get(f"/brand/{digest}.{kind}") for kind in ("css", "png"))
    assert style["Content-Type"].startswith("text/css")
    assert "--color-accent:#99ccff" in style.content.decode()
    assert logo["Content-Type"] == "image/png"
    assert logo["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for response in (style, logo):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in response["Cache-Control"]
        assert not response.cookies


# --- The page of the staff ----------------------------------------------------------------------------


def _post(client: Client, slug: str, **given: Any) -> Any:
    return client.post(f"/sites/{slug}/look/", {"accent": "", "accent_dark": "", **given})


def test_an_admin_of_the_site_chooses_the_look_and_others_do_not(as_: Any, shop: Site) -> None:  # noqa: F811
    refused = _post(as_("alice"), shop.slug, accent="#0b5cad")
    assert (refused.status_code, Brand.objects.count()) == (403, 0)
    assert _post(as_("charlie"), shop.slug, accent="#0b5cad").status_code == 404
    assert _post(Client(), shop.slug, accent="#0b5cad").status_code == 302
    assert Brand.objects.count() == 0
    file = SimpleUploadedFile("logo.png", picture(), content_type="image/png")
    assert _post(as_("frank"), shop.slug, accent="#0B5CAD", logo=file).status_code == 302
    look = Brand.objects.get()
    assert (look.accent, bool(look.logo)) == ("#0b5cad", True)
    assert f"/brand/{look.digest}.png" in as_("frank").get(f"/sites/{shop.slug}/look/").content.decode()
    assert _post(as_("frank"), shop.slug, accent="#0b5cad", without_logo="on").status_code == 302
    assert not Brand.objects.get().logo


def test_what_is_refused_stands_at_its_field_and_nothing_of_it_is_kept(as_: Any, shop: Site) -> None:  # noqa: F811
    file = SimpleUploadedFile("logo.svg", SVG, content_type="image/png")
    answer = _post(as_("frank"), shop.slug, accent="#0b5cad", logo=file)
    assert (answer.status_code, Brand.objects.count()) == (400, 0)
    assert "An SVG can hold a program" in answer.context["form"].errors["logo"][0]
    answer = _post(as_("frank"), shop.slug, accent="#ffcc00")
    assert "1.39 : 1" in answer.context["form"].errors["accent"][0]


def test_who_may_not_manage_the_site_is_refused_by_the_verb_itself(shop: Site, staff: dict[str, Any]) -> None:  # noqa: F811
    with pytest.raises(Refused):
        sites.set_logo(shop, picture(), by=Actor.staff(staff["alice"], door="page"))
