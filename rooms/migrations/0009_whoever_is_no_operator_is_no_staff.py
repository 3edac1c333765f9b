from django.db import migrations
from django.db.models import F


def two_roles(apps, schema_editor):
    """Operators have every right, and nobody else has any in the admin."""
    Administrator = apps.get_model("rooms", "Administrator")
    Administrator.objects.exclude(is_staff=F("is_superuser")).update(is_staff=F("is_superuser"))
    Administrator.groups.through.objects.all().delete()
    Administrator.user_permissions.through.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("rooms", "0008_when_people_are_forgotten")]

    operations = [migrations.RunPython(two_roles, migrations.RunPython.noop)]
