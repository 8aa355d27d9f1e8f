import pytest
from django.test import Client

from moderation.actions.policies import start_draft
from moderation.models import ClauseDraft

pytestmark = pytest.mark.django_db
LIST = "/admin/moderation/clausedraft/"


def delete(user, *keys):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    return client.post(LIST, data)


@pytest.mark.parametrize("key", ["x", "1\0", "", "-1", "²", "9" * 4301, "9" * 19])
def test_rows_that_have_no_number_are_refused(olive, key):
    start_draft()
    known = ClauseDraft.objects.count()
    sound = f"{ClauseDraft.objects.first().pk}"
    answer = delete(olive, sound, key)
    assert answer.status_code == 400
    assert "A row that was chosen has no number." in answer.content.decode()
    assert ClauseDraft.objects.count() == known


def test_rows_that_were_chosen_are_deleted(olive):
    start_draft()
    known = ClauseDraft.objects.count()
    assert delete(olive, f"{ClauseDraft.objects.first().pk}").status_code == 302
    assert ClauseDraft.objects.count() == known - 1
