"""Everybody keeps what her old role allowed; no work number is none, not several empty ones."""

from django.db import migrations


def give(apps, schema_editor):
    User, Role = apps.get_model("accounts", "User"), apps.get_model("accounts", "Role")
    for code in set(User.objects.values_list("role", flat=True)):
        # Its name and permissions are written after the migration (crm.access.ready).
        role, _ = Role.objects.get_or_create(code=code, defaults={"name": code, "ready_made": True})
        role.users.set(User.objects.filter(role=code))
    User.objects.filter(work_number="").update(work_number=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
