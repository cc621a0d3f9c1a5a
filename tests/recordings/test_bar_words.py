"""What the bar says without a grant comes with its bundle, in the words of the catalogues."""

from __future__ import annotations

import json

from apps.recordings.management.commands import bar_words


def test_the_bundle_says_what_the_catalogues_say() -> None:
    said = json.loads(bar_words.PATH.read_text())
    assert said == bar_words.texts(), "run: manage.py catalogues --compile && manage.py bar_words"
    assert len({words["ended"] for words in said.values()}) == len(said)
