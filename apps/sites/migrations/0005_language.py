from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sites", "0004_vocabulary"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Empty: as the person's browser asks.",
                max_length=12,
                verbose_name="language of requests",
            ),
        ),
    ]
