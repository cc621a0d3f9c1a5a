"""Answers to the requester by mail, and theirs back by a signed address."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from email.utils import getaddresses, parseaddr

from bs4 import BeautifulSoup
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, languages, signing
from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused, Unknown
from apps.core.outgoing import carry
from apps.core.queue import hurry
from apps.tickets.models import AnswerMail, Comment, Ticket
from apps.tickets.services import cases

MOST_BYTES = 1_000_000
LONGEST = 20_000
# A local part has 64 octets at most, and servers fold its case: 128 bits in hexadecimal.
SEAL = 32
BY_MAIL = Actor.system("mail:reply")


@transaction.atomic
def answer(ticket: Ticket, *, body: str, by: Actor) -> Comment:
    """Write to the requester: on the ticket, and by mail."""
    from apps.tickets import tasks

    written = cases.comment(ticket, body=body, is_internal=False, by=by)
    AnswerMail.objects.create(comment=written)
    audit.record("ticket.answered", by=by, subject=ticket)
    hurry(tasks.deliver_waiting)
    return written


@transaction.atomic
def reply(ticket: Ticket, *, body: str, mail_digest: str = "", by: Actor) -> Comment:
    """Put down what the requester wrote. The same mail again is written once.

    A ticket that waited for them is open again. A solved one stays solved, so that a "thank you" does not put off the
    deletion of a recording; whoever works on it hears of it.
    """
    ticket = cases.lock(ticket, by=by)
    if mail_digest and (there := ticket.comments.filter(mail_digest=mail_digest).first()):
        return there
    written = cases.write(ticket, author=None, body=body[:LONGEST], is_internal=False, mail_digest=mail_digest, by=by)
    if ticket.state == Ticket.State.PENDING:
        cases.reopen(ticket, by=by)
    return written


# --- The address ------------------------------------------------------------------------------------


def address(ticket: Ticket) -> str:
    """Where answers to this ticket's mails come back to; empty where the installation receives none."""
    local, _at, domain = settings.REPLY_ADDRESS.partition("@")
    seal = signing.derive("reply", ticket.number)[:SEAL]
    return f"{local}+{ticket.number}.{seal}@{domain}" if domain else ""


def _ticket_of(recipient: str) -> Ticket | None:
    local, _at, domain = settings.REPLY_ADDRESS.lower().partition("@")
    name, _at, host = recipient.lower().rpartition("@")
    before, _plus, token = name.partition("+")
    number, _dot, seal = token.partition(".")
    is_ours = bool(domain) and (before, host) == (local, domain) and number.isascii() and number.isdecimal()
    if not is_ours or len(number) > 9 or not signing.derived_equal(seal, "reply", int(number), size=SEAL):
        return None
    return Ticket.objects.filter(number=int(number)).first()


# --- A mail that came in --------------------------------------------------------------------------


def receive(raw: bytes) -> Comment:
    """Put the mail on the ticket whose signed address it was sent to.

    Raises `Unknown` where no recipient is such an address, `Refused` unless it comes from the requester (an address
    that was passed on must not let others write in their name), `Invalid` for automatic answers and empty mails.
    """
    if len(raw) > MOST_BYTES:
        raise Invalid(_("This mail is too large."))
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, Parsed)  # noqa: S101  what policy.default makes
    recipients = getaddresses(
        [*message.get_all("Delivered-To", []), *message.get_all("To", []), *message.get_all("Cc", [])]
    )
    ticket = next((found for _name, one in recipients if (found := _ticket_of(one))), None)
    if ticket is None:
        raise Unknown
    if parseaddr(str(message.get("From", "")))[1].lower() != ticket.requester.email.lower():
        raise Refused(_("This mail does not come from the person who asked for help."))
    # RFC 3834, section 5: never answer, and so never take for an answer, what a machine sent.
    if str(message.get("Auto-Submitted", "no")).strip().lower() != "no":
        raise Invalid(_("This mail was sent by a machine."))
    digest = signing.digest(str(message.get("Message-ID", "")) or raw.hex())
    return reply(ticket, body=_said(message), mail_digest=digest, by=BY_MAIL)


def _said(message: Parsed) -> str:
    part = message.get_body(("plain", "html"))
    text = str(part.get_content()) if part is not None else ""
    if part is not None and part.get_content_type() == "text/html":
        text = BeautifulSoup(text, "html.parser").get_text("\n")
    return _without_quote(text.replace("\0", ""))


def _without_quote(text: str) -> str:
    """Without what is quoted at the end, and the line that introduces it ("On … wrote:")."""
    lines = text.rstrip().splitlines()
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        was_quote = lines.pop().lstrip().startswith(">")
        if was_quote and lines and lines[-1].rstrip().endswith(":"):
            lines.pop()
    return "\n".join(lines).strip() or text.strip()


# --- A mail that goes out -------------------------------------------------------------------------


def deliver(mail: AnswerMail) -> bool:
    return carry(mail, _compose, told=lambda row: None)


def _compose(mail: AnswerMail) -> EmailMultiAlternatives:
    """Nothing that anybody typed reaches a header: subject and number are ours, the addresses are checked."""
    comment = Comment.objects.select_related("ticket__requester", "ticket__site").get(pk=mail.comment_id)
    ticket = comment.ticket
    validate_email(ticket.requester.email)
    back = address(ticket)
    with translation.override(ticket.requester.language or ticket.site.language or languages.SOURCE):
        subject = _("About your request #%(number)d") % {"number": ticket.number}
        drawn = render_to_string("tickets/answer.html", {"site": ticket.site, "body": comment.body})
    return EmailMultiAlternatives(
        subject=subject,
        body=comment.body,
        to=[ticket.requester.email],
        reply_to=[back] if back else None,
        headers={"Message-ID": f"<{signing.derive('answer', mail.pk)[:32]}@{settings.BASE_HOST}>"},
        alternatives=[(drawn, "text/html")],
    )
