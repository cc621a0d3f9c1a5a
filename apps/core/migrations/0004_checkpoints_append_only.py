"""What a checkpoint says is never changed; only that it was pushed is noted."""

from django.db import migrations

from apps.core import append_only


class Migration(migrations.Migration):
    dependencies = [("core", "0003_checkpoints")]

    operations = [append_only.guard("core_auditcheckpoint", columns=["chain", "number", "at", "document"])]
