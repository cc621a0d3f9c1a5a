from __future__ import annotations

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJson(JSONParser):
    """JSON that can be answered in JSON.

    DRF lets two things through that end as an error of ours: nesting beyond the parser's depth, and half a character
    (a lone surrogate), which no answer that quotes it can be encoded with.
    """

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            parsed = super().parse(*args, **kwargs)
            json.dumps(parsed, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError):
            raise ParseError from None
        return parsed
