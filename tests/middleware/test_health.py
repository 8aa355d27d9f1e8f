import pytest
from django.test import Client


@pytest.mark.django_db
def test_whoever_watches_the_server_is_never_redirected(settings):
    settings.SECURE_SSL_REDIRECT = True
    for more in ({}, {"HTTP_X_FORWARDED_PROTO": "http"}, {"SERVER_NAME": "127.0.0.1"}):
        answer = Client().get("/healthz", **more)
        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"
    assert Client().get("/healthz/").status_code in {301, 404}
