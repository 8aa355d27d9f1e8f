"""Archives from before hosts and unseen characters were named are brought up to it."""

from importlib import import_module

import pytest
from django.apps import apps

from commentarchive.ledger import triggers
from commentarchive.models import CommenterName, RevisionText
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
WORDS = '<a href="https://evil.example">bank.example</a>\u202e.'


def test_texts_and_names_of_before_are_as_they_would_be_read_today(tmp_path):
    load(tmp_path, item(comment(1, WORDS, author="Аnn"), comment(2, author="Ann")))
    texts = list(RevisionText.objects.order_by("pk").values())
    names = list(CommenterName.objects.order_by("pk").values())
    assert any("[goes to evil.example]" in row["html"] for row in texts)
    triggers.remove()
    for text in RevisionText.objects.filter(html__contains="[goes"):
        old = text.html.replace(" [goes to evil.example]", "")
        old = old.replace("[right-to-left override]", "\u202e")
        RevisionText.objects.filter(pk=text.pk).update(html=old, cleaner="2")
    CommenterName.objects.update(looks=0, is_odd=False)
    triggers.install()
    for _again in range(2):
        module = import_module("commentarchive.migrations.0037_texts_undeceiving")
        module.clean_again(apps, None)
        import_module("commentarchive.migrations.0038_look_alikes").draw_names(
            apps, None
        )
        for row, before in zip(
            RevisionText.objects.order_by("pk").values(), texts, strict=True
        ):
            assert row | {"cleaner": ""} == before | {"cleaner": ""}
        assert list(CommenterName.objects.order_by("pk").values()) == names
