from celery import shared_task


@shared_task
def seal_audit() -> int:
    """Seal what the audit trail has gained. Returns how many entries were sealed."""
    from apps.core.services import seals

    return seals.seal_all()
