from django.apps import AppConfig


class Shop(AppConfig):
    name = "tests.demo.shop"
    label = "shop"
    default_auto_field = "django.db.models.BigAutoField"
