from celery import shared_task


@shared_task
def seal_audit() -> int:
    """Seal what the audit trail has gained. Returns how many entries were sealed."""
    from apps.core.services import seals

    return seals.seal_all()


@shared_task
def checkpoint_audit() -> int:
    """Sign where the chains stand, and send the checkpoints to their anchors. Returns how many were signed."""
    from apps.core.services import checkpoints

    signed = len(checkpoints.sign_all())
    checkpoints.push_waiting()
    return signed
