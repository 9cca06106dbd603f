from django.db import migrations, models

FIELD = {
    "default": False,
    "help_text": (
        "Only numbers that stand by themselves on the white list for calls out: with reason and evidence such a line "
        "is the record of the consent."
    ),
    "verbose_name": "only who agreed",
}


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0013_attempts_looked_up")]

    operations = [
        migrations.AddField(model_name=name, name="consent", field=models.BooleanField(**FIELD))
        for name in ("campaign", "campaigntemplate")
    ]
