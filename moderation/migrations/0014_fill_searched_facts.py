"""Take in the words of all facts that stand on record."""

import re
import unicodedata
from itertools import batched

from django.db import migrations

from moderation.facts_words import digest

PART = 500


def fill(apps, _editor):
    take_in(apps, folded_words)


def take_in(apps, words_of):
    words = apps.get_model("moderation", "DecisionWords")
    row = apps.get_model("moderation", "FactsWord")
    found = words.objects.order_by("decision_id", "number").values_list(
        "decision_id", "facts"
    )
    # The last wording of each stands.
    facts = dict(found.iterator())
    for part in batched(facts.items(), PART):
        row.objects.bulk_create(
            row(digest=digest(word), decision_id=decision)
            for decision, text in part
            for word in sorted(set(words_of(text)))
        )


def folded_words(text):
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"\w+", kept)


def empty(apps, _editor):
    apps.get_model("moderation", "FactsWord").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("moderation", "0013_searched_facts"),
    ]

    operations = [
        migrations.RunPython(fill, empty),
    ]
