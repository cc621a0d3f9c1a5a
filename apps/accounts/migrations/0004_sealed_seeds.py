"""Seal the seeds of second factors that were written before they were sealed."""

from django.db import migrations

from apps.accounts import seeds


def seal(apps, schema_editor):
    seeds.reseal_in(apps.get_model("mfa", "Authenticator"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_notify_by_mail"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    # Back: what is sealed stays so, and the code that reads it is older than the seal.
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
