"""The back office's lists and pages: quick on large tables, found by reference."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentarchive.admin.archive import ReadOnlyAdmin
from commentarchive.admin.uncounted import MOST_ROWS, BoundedPaginator
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Comment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LOOKED_AT = [
    model
    for model, rules in admin.site._registry.items()
    if isinstance(rules, ReadOnlyAdmin)
]
MOST_QUERIES = 14


@pytest.fixture
def office(olive):
    client = Client()
    client.force_login(olive)
    return client


@pytest.fixture
def archive(by, tmp_path):
    load(tmp_path, *(item(comment(n, f"Remark {n}"), number=n) for n in range(1, 9)))


def list_of(model):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def asked_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in queries]


@pytest.mark.every_case
@pytest.mark.parametrize("model", LOOKED_AT, ids=lambda model: model.__name__)
def test_no_list_counts_or_reads_a_whole_table(model, office, archive, monkeypatch):
    monkeypatch.setattr(ReadOnlyAdmin, "list_per_page", 2)
    # What fits on one page is read as it is.
    is_longer = model._default_manager.count() > ReadOnlyAdmin.list_per_page
    asked = asked_of(office, list_of(model))
    assert len(asked) <= MOST_QUERIES, asked
    table = re.escape(model._meta.db_table)
    for sql in asked:
        assert "COUNT(" not in sql
        assert "DISTINCT" not in sql
        if is_longer and re.search(rf'FROM "{table}"', sql):
            assert " LIMIT " in sql, sql


def test_rows_are_looked_at_and_never_changed(office, archive):
    seen = 0
    for model in LOOKED_AT:
        row = model._default_manager.order_by("pk").first()
        if row is None:
            continue
        seen += 1
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        page = reverse(f"{name}_change", args=[row.pk])
        history, delete = (
            reverse(f"{name}_{act}", args=[row.pk]) for act in ("history", "delete")
        )
        assert office.get(page).status_code == 200, page
        assert office.get(history).status_code == 200, history
        assert office.post(page, {}).status_code == 403, page
        assert office.get(delete).status_code == 403, delete
        assert office.get(reverse(f"{name}_add")).status_code == 403, name
    assert seen >= 12


def test_a_comment_is_found_by_its_reference_or_its_address(office, archive):
    one = Comment.objects.order_by("pk").first()
    page = reverse("admin:commentarchive_comment_change", args=[one.pk])
    for asked in (one.ref, f"https://archive.example{one.get_absolute_url()}"):
        found = re.findall(
            r"/admin/commentarchive/comment/\d+/change/",
            office.get(list_of(Comment), {"q": asked}).text,
        )
        assert set(found) == {page}
    assert "0 comments" in office.get(list_of(Comment), {"q": "Remark"}).text


def test_records_are_found_by_number_and_by_what_they_are_about(office, archive):
    last = Entry.objects.order_by("-index").first()
    for asked in (str(last.index), last.subject):
        assert last.event in office.get(list_of(Entry), {"q": asked}).text
    assert office.get(list_of(Entry), {"q": "9" * 50}).status_code == 200


def test_a_row_leads_to_its_pages(office, archive):
    one, blog = Comment.objects.first(), Blog.objects.get()
    page = reverse("admin:commentarchive_comment_change", args=[one.pk])
    text = office.get(page).text
    assert f'href="{one.get_absolute_url()}"' in text
    assert f'href="/moderation/desk/comments/{one.ref}/"' in text
    page = reverse("admin:commentarchive_blog_change", args=[blog.pk])
    assert f'href="{blog.get_absolute_url()}"' in office.get(page).text


def test_a_list_leads_through_its_first_rows_only(archive, monkeypatch):
    rows = Comment.objects.order_by("pk")
    assert BoundedPaginator(rows, 3).count == rows.count() < MOST_ROWS
    monkeypatch.setattr("commentarchive.admin.uncounted.MOST_ROWS", 5)
    assert BoundedPaginator(rows, 3).num_pages == 2


# Terms of the code that no reader of a page ever meets.
CODE = {"capture", "commenter", "clause", "revision", "tombstone", "post", "ref"}


@pytest.mark.once
@pytest.mark.parametrize("model", LOOKED_AT, ids=lambda model: model.__name__)
def test_fields_are_called_by_the_words_of_the_screen(model):
    for field in model._meta.fields:
        assert CODE.isdisjoint(str(field.verbose_name).split()), field.verbose_name
