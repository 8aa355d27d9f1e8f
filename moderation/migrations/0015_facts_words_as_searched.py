"""Take in the words of facts as the search of texts folds them."""

from importlib import import_module

from django.db import migrations

from commentarchive.text.search_words import words_of

earlier = import_module("moderation.migrations.0014_fill_searched_facts")


def fill(apps, _editor):
    earlier.empty(apps, None)
    earlier.take_in(apps, words_of)


def fill_as_before(apps, _editor):
    earlier.empty(apps, None)
    earlier.fill(apps, None)


class Migration(migrations.Migration):

    dependencies = [
        ("moderation", "0014_fill_searched_facts"),
    ]

    operations = [
        migrations.RunPython(fill, fill_as_before),
    ]
