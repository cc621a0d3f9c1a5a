from celery import shared_task
from django.utils import timezone


@shared_task
def deliver_waiting() -> int:
    """Try everything that is due once. Returns how many endpoints took their message."""
    from apps.integrations import services as integrations

    return integrations.send_due(timezone.now())


@shared_task
def fetch_assets() -> int:
    """Fetch public files that recorded pages show. Returns how many were asked for."""
    from apps.integrations.services import assets

    return assets.fetch_waiting()


@shared_task
def look_at_stuck() -> int:
    """Look at the landing pages of links that did not start. Returns how many."""
    from apps.integrations.services import landing

    return landing.look_at_stuck()


@shared_task
def check_installations() -> int:
    """Carry out the installation checks that wait. Returns how many."""
    from apps.integrations.services import installation

    return installation.run_waiting(timezone.now())
