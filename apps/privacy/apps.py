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
        says = "Seconds from a person's press to the receipt of the deletion, the 95th of 100, of the last 30 days."
        metrics.register("placet_answer_seconds_p95", "gauge", says, reports.answer_p95)
        metrics.register("placet_alarms_open", "gauge", "Alarms of privacy desks that are not over.", alarms.count_open)
