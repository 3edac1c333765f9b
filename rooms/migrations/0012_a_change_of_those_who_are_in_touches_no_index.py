from django.db import migrations, models


def leave_room(apps, schema_editor):
    """Half of each page is left free, so that PostgreSQL finds place for all of its rows' next versions beside them."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE rooms_participant SET (fillfactor = 50)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE rooms_participant RESET (fillfactor)")


class Migration(migrations.Migration):
    """PostgreSQL writes the table anew once, some seconds for a million rows. All that asks for it waits so long."""

    dependencies = [
        ("links", "0007_requests_are_due_by_the_databases_clock"),
        ("rooms", "0011_people_are_found_by_their_browser"),
    ]

    operations = [
        migrations.RunPython(leave_room, leave_none),
        migrations.AddField(
            model_name="participant",
            name="departure",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(left_at__isnull=False, then=models.F("revision"))),
                output_field=models.PositiveBigIntegerField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(
                condition=models.Q(("departure__isnull", False)),
                fields=["room", "departure"],
                name="participant_departure",
            ),
        ),
        migrations.RemoveIndex(model_name="participant", name="participant_news"),
    ]
