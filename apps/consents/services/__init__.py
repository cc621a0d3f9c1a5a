"""The verbs of consents. Callers: `from apps.consents import services as consents`.

`notices`   render, preview, notice
`receipts`  give, given_with, withdraw, void, terminate
`tokens`    token, url, find, replace_token
"""

from apps.consents.services.notices import KEYS, Rendered, notice, preview, render
from apps.consents.services.receipts import give, given_with, terminate, void, withdraw
from apps.consents.services.tokens import find, replace_token, token, url

__all__ = [
    "KEYS",
    "Rendered",
    "find",
    "give",
    "given_with",
    "notice",
    "preview",
    "render",
    "replace_token",
    "terminate",
    "token",
    "url",
    "void",
    "withdraw",
]
