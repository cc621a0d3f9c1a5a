"""A consent, once given, is added to and never rewritten; it goes when its time of proof is over."""

from django.db import migrations

from apps.core import append_only


class Migration(migrations.Migration):
    dependencies = [("consents", "0001_initial")]

    operations = [
        append_only.guard(
            "consents_receipt",
            columns=["document", "record_id", "notice_id", "policy_id", "given_at"],
            never_later=["latest_deletion_at"],
            may_go="OLD.keep_until <= {now}",
        ),
        append_only.guard(
            "consents_consentevent",
            may_go="EXISTS (SELECT 1 FROM consents_receipt r WHERE r.id = OLD.receipt_id AND r.keep_until <= {now})",
        ),
    ]
