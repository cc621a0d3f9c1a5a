from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Collect what each app declares for the others: audit names, personal data, receivers."""
        for config in apps.get_app_configs():
            if not config.name.startswith("apps."):
                continue
            for module in ("audit_names", "personal", "receivers"):
                if find_spec(f"{config.name}.{module}"):
                    import_module(f"{config.name}.{module}")
