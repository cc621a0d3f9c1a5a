"""What the person has sent to an address of theirs: their page's link, or word when somebody watched.

The address is nowhere beside the recording. It is sealed in the row that waits, and erased from it when the last mail
has gone, was given up, or is not wanted any more; what stays is that and when something was sent.
"""

from __future__ import annotations

import json
import logging
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core import audit, signing
from apps.core.actors import Actor
from apps.core.errors import Invalid, TooMany
from apps.core.outgoing import BACKOFF, LEASE
from apps.core.queue import hurry
from apps.privacy.models import Letter
from apps.recordings.models import Recording

log = logging.getLogger(__name__)
Kind = Letter.Kind
MOST = 3  # letters with the page's link, for one recording
BATCH = 100
NONCE = 12


def _key(letter: Letter, secret: str) -> AESGCM:
    return AESGCM(bytes.fromhex(signing.derive("letter", letter.pk, key=secret)))


def _seal(letter: Letter, address: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + _key(letter, settings.SECRET_KEYS[0]).encrypt(nonce, address.encode(), b"letter")


def _address(letter: Letter) -> str:
    """Raises `InvalidTag` where no present key opens it."""
    sealed = bytes(letter.sealed)
    for secret in settings.SECRET_KEYS:
        try:
            return _key(letter, secret).decrypt(sealed[:NONCE], sealed[NONCE:], b"letter").decode()
        except InvalidTag:
            continue
    raise InvalidTag


@transaction.atomic
def order(receipt: Receipt, address: str, *, kind: str, by: Actor) -> Letter:
    """Have something sent to `address`. Raises `Invalid` for what is none, and `TooMany` for a fourth page.

    News go to one address: another one takes the place of the one before.
    """
    from apps.privacy import tasks  # the task imports the verbs

    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(_("That is not an e-mail address.")) from error
    if kind not in Kind.values:
        raise Invalid
    if kind == Kind.PAGE and receipt.letters.filter(kind=kind).count() >= MOST:
        raise TooMany(_("It was sent three times, which is the most. Keep the address of this page instead."))
    if kind == Kind.NEWS:
        receipt.letters.filter(kind=kind).delete()
    letter = Letter.objects.create(receipt=receipt, kind=kind)
    letter.sealed = _seal(letter, address)
    letter.save(update_fields=["sealed"])
    audit.record("letter.ordered", by=by, subject=receipt, kind=kind)
    hurry(tasks.send_letters)
    return letter


@transaction.atomic
def no_more_news(receipt: Receipt, *, by: Actor) -> None:
    """Forget the address; without one there is nothing to forget."""
    if receipt.letters.filter(kind=Kind.NEWS, done_at=None).delete()[0]:
        audit.record("letter.ended", by=by, subject=receipt)


def send_due() -> int:
    """Send what is due, each once; returns how many mails went out."""
    waiting = Letter.objects.filter(done_at=None, next_try_at__lte=timezone.now())
    news = Q(kind=Kind.NEWS) & (Q(receipt__recording__deleted_at__isnull=False) | Q(receipt__recording__watches__gt=0))
    due = waiting.filter(Q(kind=Kind.PAGE) | news).distinct().order_by("next_try_at")
    return sum(_send(letter) for letter in due[:BATCH])


def _send(letter: Letter) -> bool:
    now = timezone.now()
    mine = Letter.objects.filter(pk=letter.pk, done_at=None, next_try_at__lte=now).update(
        next_try_at=now + LEASE, attempts=letter.attempts + 1
    )
    letter = Letter.objects.select_related("receipt__site", "receipt__notice").get(pk=letter.pk)
    recording = Recording.objects.filter(receipt=letter.receipt).first()
    if not mine or recording is None:
        return False
    with translation.override(letter.receipt.notice.language):
        message = _message(letter, recording)
    if message is None:
        Letter.objects.filter(pk=letter.pk).update(next_try_at=now, attempts=0)
        return False
    try:
        message.to = [_address(letter)]
        message.send()
    except Exception as error:  # noqa: BLE001  whatever the mail server does: note its kind, try again later
        _failed(letter, type(error).__name__)
        return False
    _sent(letter, is_last=letter.kind == Kind.PAGE or recording.deleted_at is not None, until=now)
    return True


def _message(letter: Letter, recording: Recording) -> EmailMultiAlternatives | None:
    """None where there is nothing new to tell."""
    watched = recording.watches.filter(started_at__gt=letter.told_until).count()
    is_deleted = recording.deleted_at is not None
    if letter.kind == Kind.NEWS and not watched and not is_deleted:
        return None
    context = {
        "site": letter.receipt.site,
        "kind": letter.kind,
        "watched": watched,
        "is_deleted": is_deleted,
        "url": consents.url(letter.receipt),
    }
    message = EmailMultiAlternatives(
        subject=_("Your recording"),
        body=render_to_string("privacy/letter.txt", context),
        headers={"Auto-Submitted": "auto-generated"},
        alternatives=[(render_to_string("privacy/letter.html", context), "text/html")],
    )
    if letter.kind == Kind.PAGE:
        document = json.dumps(letter.receipt.document, indent=2, ensure_ascii=False)
        message.attach(f"placet-consent-{letter.receipt_id}.json", document, "application/json")
    return message


def _sent(letter: Letter, *, is_last: bool, until: object) -> None:
    fields = (
        {"sealed": b"", "done_at": until} if is_last else {"told_until": until, "next_try_at": until, "attempts": 0}
    )
    Letter.objects.filter(pk=letter.pk).update(**fields)


def _failed(letter: Letter, why: str) -> None:
    """The kind of error, never the server's words: those may repeat the address."""
    if letter.attempts > len(BACKOFF):
        Letter.objects.filter(pk=letter.pk).update(sealed=b"", done_at=timezone.now())
    else:
        Letter.objects.filter(pk=letter.pk).update(next_try_at=timezone.now() + BACKOFF[letter.attempts - 1])
    log.warning("letter %s was not sent: %s", letter.pk, why)
