from django.db import migrations, models


def read_kinds(apps, schema_editor):
    """Read the kinds of the places that are known by now."""
    from muster.register.places.rules import read_kind

    places = apps.get_model("register_places", "Place").objects
    for one in places.all().iterator():
        kind = read_kind(one.name)
        if kind != "site":
            places.filter(id=one.id).update(kind=kind)


class Migration(migrations.Migration):

    dependencies = [
        ('register_places', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='place',
            name='kind',
            field=models.CharField(default='site', max_length=10),
        ),
        migrations.RunPython(read_kinds, migrations.RunPython.noop),
    ]
