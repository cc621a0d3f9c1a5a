"""What the import linter cannot see: relations between models."""

from django.apps import apps

ORDER = [
    "core", "keys", "accounts", "sites", "tickets", "links", "consents", "recordings", "privacy", "integrations",
]  # fmt: skip


def test_no_relation_points_up_or_is_named_by_string_across_apps() -> None:
    up = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ORDER
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]
    assert up == []
