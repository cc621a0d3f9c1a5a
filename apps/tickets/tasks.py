"""Bells: each looks up what is due and calls the verb. Safe to run twice, late, or to be killed half-way."""

from celery import shared_task

from apps.core import outgoing
from apps.tickets import services as tickets
from apps.tickets.models import AnswerMail, NotificationMail


@shared_task
def deliver_waiting() -> int:
    """Send the mails that are due. Returns how many went out."""
    answers = sum(tickets.deliver_answer(mail) for mail in outgoing.due(AnswerMail))
    return answers + sum(tickets.deliver_notification(mail) for mail in outgoing.due(NotificationMail))
