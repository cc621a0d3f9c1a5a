from celery import shared_task


@shared_task
def delete_due() -> int:
    """Delete what is due, what was ordered, and what was interrupted. Returns how many recordings went."""
    from apps.core import heartbeat
    from apps.privacy.services import alarms, erasure, sweeps

    heartbeat.note()
    gone = sweeps.delete_due()
    erasure.finish_waiting()
    alarms.look()
    return gone


@shared_task
def delete_one(recording_id: str) -> None:
    """Delete one recording at once; what fails here is found by the sweep."""
    from apps.privacy.services import sweeps

    sweeps.delete_one(recording_id)


@shared_task
def make_copies() -> int:
    """Make the copies that people have asked for. Returns how many."""
    from apps.privacy.services import access

    return access.make_waiting()


@shared_task
def tidy() -> dict[str, int]:
    """Remove what has outlived its purpose."""
    from apps.privacy.services import sweeps

    return sweeps.tidy()


@shared_task
def send_letters() -> int:
    """Send what people asked to have sent to an address of theirs. Returns how many mails went out."""
    from apps.privacy.services import letters

    return letters.send_due()
