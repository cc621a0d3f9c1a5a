"""The audit trail is only ever added to."""

from django.db import migrations

from apps.core import append_only


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        append_only.guard("core_auditentry"),
        append_only.guard("core_auditseal"),
    ]
