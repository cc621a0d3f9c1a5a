from celery import shared_task
from django.utils import timezone


@shared_task
def deliver_waiting() -> int:
    """Try everything that is due once. Returns how many endpoints took their message."""
    from apps.integrations import services as integrations

    return integrations.send_due(timezone.now())
