import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/moderation/reports/2012-13/", "does not name a period"),
        ("/moderation/reports/2099/", "2099 has not begun yet."),
        ("/moderation/reports/2012/?blog=nowhere", "There is no public blog called"),
        ("/posts/paaaaaaaaaaaaaaaaaaaaaaaaaa/", "There is nothing at this address"),
    ],
)
def test_a_page_says_why_there_is_nothing_where_readers_may_know(client, address, why):
    answer = client.get(address)
    assert (answer.status_code, why in answer.text) == (404, True)
