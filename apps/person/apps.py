from django.apps import AppConfig


class PersonConfig(AppConfig):
    name = "apps.person"
    label = "person"
    default_auto_field = "django.db.models.BigAutoField"
