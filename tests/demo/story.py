"""What has happened at Harbour Shop and Harbour Bank before the demo starts, told as data.

A step is (hours before now, who, verb, text). `who` is a member of staff or "them", the requester. The seed plays all
steps in the order of time, through the apps' own verbs, with the clock set back.
"""
# ruff: noqa: E501  (a table of texts)

from __future__ import annotations

from dataclasses import dataclass

Step = tuple[float, str, str, str]
DAY = 24.0


@dataclass(frozen=True)
class Case:
    key: str
    subject: str
    requester: str
    steps: tuple[Step, ...]
    site: str = "shop"


STAFF = {
    "alice": ("Alice Lindgren", "agent", "shop"),
    "bob": ("Bob Okafor", "supervisor", "shop"),
    "erin": ("Erin Walsh", "privacy", "shop"),
    "frank": ("Frank Moreau", "admin", "shop"),
    "grace": ("Grace Tanaka", "", ""),
    "charlie": ("Charlie Novak", "agent", "harbour-bank"),
}
ROLES = {
    "alice": "support agent of Harbour Shop",
    "bob": "supervisor of Harbour Shop",
    "erin": "privacy officer of Harbour Shop",
    "frank": "admin of the site Harbour Shop",
    "grace": "operator of the installation",
    "charlie": "agent of another site, Harbour Bank",
}
REQUESTERS = {
    "dora": ("Dora Example", "dora@example.com", "cust-2041"),
    "henrik": ("Henrik Aas", "henrik.aas@example.net", "cust-1177"),
    "ines": ("Inês Duarte", "ines.duarte@example.org", "cust-3308"),
    "jonas": ("Jonas Weber", "jonas.weber@example.net", "cust-0912"),
    "kofi": ("Kofi Mensah", "kofi.mensah@example.org", "cust-2765"),
    "lena": ("Lena Sørensen", "lena.sorensen@example.net", "cust-1450"),
    "mira": ("Mira Petrova", "mira.petrova@example.org", ""),
    "nils": ("Nils Berger", "nils.berger@example.net", "cust-0388"),
    "oona": ("Oona Virtanen", "oona.virtanen@example.org", "acc-77120"),
    "paul": ("Paul Rieder", "paul.rieder@example.net", "acc-80466"),
}
# The case that the committed recording belongs to.
RECORDED = "payment"
RECORDED_HOURS_LATER = 3.4  # after she opened it

CASES = (
    Case("wax", "Can my oilskin be waxed again?", "henrik", (
        (21 * DAY, "them", "opens", "Bought it in 2023 and the sleeves let the rain in. Do I pay for the post?"),
        (21 * DAY - 2, "alice", "assign", "alice"),
        (21 * DAY - 2.1, "alice", "answers", "No, we pay. Put it in any box; a label is on its way to you."),
        (12 * DAY, "them", "says", "It came back like new. Thank you!"),
        (12 * DAY - 1, "alice", "resolve", ""),
        (9 * DAY, "bob", "close", ""),
    )),
    Case("invoice", "Invoice shows the old address", "jonas", (
        (16 * DAY, "them", "opens", "I changed it in my account, but the invoice still has the old street."),
        (16 * DAY - 3, "alice", "assign", "alice"),
        (16 * DAY - 3, "alice", "note", "Looks right on our side. I would like to see what he sees."),
        (16 * DAY - 3.2, "alice", "link", "/account"),
        (13 * DAY - 3.1, "alice", "expire", ""),
        (11 * DAY, "them", "says", "Found it, there were two addresses. Please delete the older one."),
        (11 * DAY - 2, "alice", "resolve", ""),
    )),
    Case("lost", "Parcel says delivered, but it is not here", "kofi", (
        (9 * DAY, "them", "opens", "Tracking says Tuesday 14:10. I was at home and nobody rang."),
        (9 * DAY - 1, "bob", "priority", "high"),
        (9 * DAY - 1, "bob", "assign", "alice"),
        (9 * DAY - 2, "alice", "answers", "I have asked the courier for the picture they took at the door."),
        (7 * DAY, "alice", "answers", "It went to number 21 by mistake. They bring it over today."),
        (6 * DAY, "them", "says", "It is here. The mug survived!"),
        (6 * DAY - 4, "alice", "resolve", ""),
    )),
    Case("size", "Size guide does not open on my tablet", "lena", (
        (6 * DAY, "them", "opens", "I tap on it and nothing happens. It worked on the phone."),
        (6 * DAY - 5, "alice", "assign", "alice"),
        (6 * DAY - 5, "alice", "link", "/p/ebb-boots"),
        (6 * DAY - 7, "them", "decline", ""),
        (6 * DAY - 7.1, "them", "says", "I would rather not be recorded. It is a Galaxy Tab, two years old."),
        (5 * DAY, "alice", "answers", "No problem at all. We have one on the shelf and will try it there."),
        (5 * DAY, "alice", "note", "Happens here too with text at 200%. Gave it to the web team."),
        (5 * DAY - 1, "alice", "pend", ""),
    )),
    Case("password", "I cannot sign in any more", "mira", (
        (5 * DAY, "them", "opens", "It says that e-mail and password do not match, but I have it written down."),
        (5 * DAY - 1, "bob", "answers", "There is no account with this address. Could it be under another one?"),
        (5 * DAY - 1.2, "bob", "pend", ""),
    )),
    Case("double", "Charged twice for the blanket", "nils", (
        (4 * DAY, "them", "opens", "Two lines on my statement, both €98. Please look into it."),
        (4 * DAY - 1, "bob", "priority", "urgent"),
        (4 * DAY - 1, "bob", "assign", "bob"),
        (4 * DAY - 2, "bob", "link", "/account"),
        (4 * DAY - 4, "bob", "note", "The bank sees one charge and one reservation. No recording needed."),
        (4 * DAY - 4, "bob", "revoke", ""),
        (4 * DAY - 4.5, "bob", "answers", "Only one was charged. The other is a hold that goes by Friday."),
    )),
    Case("gift", "Can you wrap it and leave the price out?", "ines", (
        (3 * DAY, "them", "opens", "The compass, order 1021, for my sister. With a card, if you have any."),
        (3 * DAY - 2, "alice", "answers", "Gladly. There is one with the lighthouse on it. What shall it say?"),
        (3 * DAY - 2, "alice", "pend", ""),
        (1.5 * DAY, "them", "says", "“So that you find your way home for Christmas.”"),
        (1.4 * DAY, "alice", "reopen", ""),
        (1.4 * DAY, "alice", "assign", "alice"),
    )),
    Case(RECORDED, "Payment fails with E4021", "dora", (
        (30.0, "them", "opens", "When I press Pay it says “Payment failed”. My card is fine, I used it yesterday. "
                                "The lantern is for my father's birthday on Sunday!"),
        (29.0, "alice", "assign", "alice"),
        (28.9, "alice", "priority", "high"),
        (28.5, "alice", "answers", "I am sorry, Dora. I cannot see it here. May I send you a link, so that you can "
                                   "show me? You decide what I get to see."),
        (27.0, "them", "says", "Yes, please do."),
    )),
    Case("tracker", "Parcel page always jumps back to the start", "henrik", (
        (22.0, "them", "opens", "I type the number, it shows for a second, then the field is empty again."),
        (20.0, "alice", "assign", "alice"),
        (19.5, "alice", "link", "/tracker#/orders/1007"),
        (19.5, "alice", "mail", ""),
        (19.4, "alice", "answers", "I have sent you a link. With it you can show me, if you like."),
    )),
    Case("stock", "When are the boots in 44 back?", "jonas", (
        (9.0, "them", "opens", "The page says on the shelf, the basket says not."),
    )),
    Case("paddle", "Paddle arrived with a crack", "kofi", (
        (5.0, "them", "opens", "A fine line along the blade. Is that meant to be?"),
        (4.2, "bob", "assign", "alice"),
        (4.2, "bob", "note", "Ask for a picture first; the last batch had dark grain that looks like it."),
    )),
    Case("tides", "Tide table is an hour off", "lena", (
        (1.2, "them", "opens", "Since the clocks went back. We nearly sat on the mud."),
    )),
    Case("limit", "Transfer limit cannot be changed", "oona", (
        (2 * DAY, "them", "opens", "The slider goes back to 1,000 when I let go of it."),
        (2 * DAY - 2, "charlie", "assign", "charlie"),
        (2 * DAY - 2, "charlie", "answers", "Thank you. We are looking into it."),
    ), site="harbour-bank"),
    Case("statement", "Statement will not download", "paul", (
        (7.0, "them", "opens", "The button turns grey and stays so."),
    ), site="harbour-bank"),
)  # fmt: skip
