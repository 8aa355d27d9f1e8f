"""What answers of the archive are held to in many tests: statuses, times to wait.

A test asks mostly for what is on a page. That its status is one that is meant somewhere,
200 and not 201, is looked at here, for all of them.
"""

import math

from django.test import Client

STATUSES = {
    *(200, 206, 300, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 406, 409, 410),
    *(412, 413, 414, 415, 416, 422, 429, 431, 500, 501, 503),
}
# For what a form brought: here, or on its way.
MADE_OF_A_FORM = {201, 202}
_request = Client.request


def _with_a_known_status(client, **request):
    """Ask as a test's client does; refuse a status that is not meant anywhere."""
    answer = _request(client, **request)
    is_form = request.get("REQUEST_METHOD") == "POST"
    meant = STATUSES | MADE_OF_A_FORM if is_form else STATUSES
    assert answer.status_code in meant, f"No page is meant to be a {answer.status_code}"
    return answer


def hold_to_known_statuses():
    """Let no client of a test get another status."""
    Client.request = _with_a_known_status


def assert_says_when_to_try_again(answer):
    """Assert that a form which was sent too often says so, to programs and people."""
    assert answer.status_code == 429
    minutes = math.ceil(int(answer["Retry-After"]) / 60)
    assert 30 < minutes <= 60
    assert f"Please try again in {minutes} minutes" in answer.text
