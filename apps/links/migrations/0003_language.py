from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("links", "0002_typed_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="magiclink",
            name="language",
            field=models.CharField(blank=True, max_length=12),
        ),
    ]
