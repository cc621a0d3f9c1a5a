"""The audit trail may lose its beginning, under a signed cut and never otherwise."""

import django.utils.timezone
from django.db import migrations, models

import apps.core.ids
from apps.core import append_only

SEALED_BEFORE_A_CUT = """EXISTS (
    SELECT 1 FROM core_auditseal JOIN core_auditcut ON core_auditcut.chain = core_auditseal.chain
    WHERE core_auditseal.entry_id = OLD.id AND core_auditseal.number <= core_auditcut.number)"""
BEFORE_A_CUT = """EXISTS (
    SELECT 1 FROM core_auditcut WHERE core_auditcut.chain = OLD.chain AND OLD.number <= core_auditcut.number)"""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_checkpoints_append_only")]

    operations = [
        migrations.CreateModel(
            name="AuditCut",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=apps.core.ids.act, editable=False, max_length=32, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.CharField(max_length=40)),
                ("number", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("document", models.JSONField()),
            ],
            options={
                "ordering": ["chain", "-number"],
                "constraints": [models.UniqueConstraint(fields=("chain", "number"), name="one_cut_a_number")],
            },
        ),
        append_only.guard("core_auditcut"),
        *append_only.let_go("core_auditentry", may_go=SEALED_BEFORE_A_CUT),
        *append_only.let_go("core_auditseal", may_go=BEFORE_A_CUT),
    ]
