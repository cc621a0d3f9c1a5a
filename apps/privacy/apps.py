from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "apps.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.core import health
        from apps.privacy import checks  # noqa: F401  registers itself
        from apps.privacy.services import reports

        health.register("deletion", reports.health)
