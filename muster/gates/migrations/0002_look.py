from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gates', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('person', models.UUIDField()),
                ('position', models.BigIntegerField()),
            ],
            options={
                'db_table': 'gates_look',
                'constraints': [models.UniqueConstraint(fields=('person', 'position'), name='gates_look_once')],
            },
        ),
    ]
