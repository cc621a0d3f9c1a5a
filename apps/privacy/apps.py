from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "apps.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.core import health, metrics
        from apps.privacy import checks  # noqa: F401  registers itself
        from apps.privacy.services import alarms, reports

        health.register("deletion", reports.health)
        says = "Recordings that should have been gone for an hour."
        metrics.register("placet_deletions_overdue", "gauge", says, reports.overdue)
        metrics.register("placet_alarms_open", "gauge", "Alarms of privacy desks that are not over.", alarms.count_open)
