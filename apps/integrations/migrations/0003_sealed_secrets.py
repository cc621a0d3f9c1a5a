"""Seal the secrets of webhooks."""

from django.db import migrations

import apps.core.sealed


def seal(apps, schema_editor):
    for webhook in apps.get_model("integrations", "Webhook").objects.all():
        webhook.save(update_fields=["secret"])  # read as it is, written sealed


class Migration(migrations.Migration):
    dependencies = [("integrations", "0002_installation_checks")]

    operations = [
        migrations.AlterField(
            model_name="webhook",
            name="secret",
            field=apps.core.sealed.SealedField(editable=False, max_length=300),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
