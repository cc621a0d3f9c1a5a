"""Write what the bar says without a grant, in every language, where the bundle has it; see docs/languages.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from apps.core import languages
from apps.recordings import bar

PATH = Path(settings.BASE_DIR) / "frontend" / "src" / "extras" / "notstarted.json"


def texts() -> dict[str, dict[str, str]]:
    found = {}
    for code in languages.of_person():
        with translation.override(code):
            found[code] = bar.not_started()
    return found


class Command(BaseCommand):
    help = "Write the words of the bar that come with its bundle from the compiled catalogues."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        PATH.write_text(json.dumps(texts(), ensure_ascii=False, indent=2) + "\n")
