from django.db import migrations, models


class Migration(migrations.Migration):
    """Orders to open leads again, and to take them out, beside those to take customers in."""

    dependencies = [("campaigns", "0005_evidence_export")]

    operations = [
        migrations.AddField(
            model_name="fill",
            name="deed",
            field=models.CharField(
                choices=[("take", "customers taken in"), ("reopen", "leads opened again"), ("out", "leads taken out")],
                default="take", max_length=8,
            ),
        ),
    ]  # fmt: skip
