from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "apps.recordings"
    label = "recordings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.core import health, metrics, room
        from apps.recordings.services import quota, vault

        health.register("vault", vault.check)
        room.register("quota", quota.room)
        metrics.register("placet_room", "gauge", "Room left: 0 enough, 1 little, 2 none.", room.level)
        metrics.register("placet_recordings", "gauge", "Recordings by state.", quota.by_state)
        metrics.register("placet_uploads_kept_total", "counter", "Uploads that were acknowledged.", quota.uploads)
        metrics.register("placet_stored_bytes", "gauge", "Sealed bytes of recordings that are kept.", quota.stored)
        metrics.register(
            "placet_processing_oldest_seconds", "gauge", "Age of what waits longest to be packed.", quota.waiting
        )
