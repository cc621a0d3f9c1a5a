from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "apps.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from apps.core import hosts, sealed
        from apps.integrations.services import webhooks

        hosts.register(webhooks.hosts)
        sealed.register(webhooks.reseal)
