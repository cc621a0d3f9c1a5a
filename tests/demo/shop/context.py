"""What every page of the shop needs: the snippet's two values and how full the basket is."""

import os

from django.conf import settings
from django.http import HttpRequest

from tests.demo.shop import basket


def site_key() -> str:
    """The site's public key: from the environment, else from the file that the seed writes, else empty."""
    if key := os.environ.get("PLACET_SITE_KEY"):
        return key
    try:
        return settings.SITE_KEY_FILE.read_text().strip()
    except OSError:
        return ""


def shop(request: HttpRequest) -> dict[str, object]:
    return {
        "placet_url": settings.PLACET_URL,
        "placet_site_key": site_key(),
        "provider_url": settings.PROVIDER_URL,
        "basket_count": basket.count(request),
    }
