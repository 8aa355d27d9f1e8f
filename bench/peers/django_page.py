"""django-comments-xtd or django-threadedcomments: a page with all of a thread.

Each draws its comments by its own templates, below the form that it offers. What is
posted passes its own view.
"""

import json
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django
from django.conf import settings

from bench.peers.measure import ask, measure

# Of a visitor's cookie and form.
TOKEN = "a" * 32
PAGES = {
    "django_comments_xtd": (
        "{% load comments comments_xtd %}<title>{{ object }}</title>"
        "{% render_xtdcomment_tree for object %}{% render_comment_form for object %}"
    ),
    # By its README: the list's own tag, and a form.
    "threadedcomments": (
        "{% load threadedcomments_tags %}<title>{{ object }}</title>"
        "{% render_comment_list for object %}{% render_comment_form for object %}"
    ),
}


def configure(app: str, folder: Path) -> None:
    """Set up Django with a start project's middleware, and the app as its docs tell."""
    settings.configure(
        ALLOWED_HOSTS=["localhost"],
        COMMENTS_APP=app,
        COMMENTS_XTD_CONFIRM_EMAIL=False,
        COMMENTS_XTD_MAX_THREAD_LEVEL=100,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / f"{app}.sqlite",
            }
        },
        DEBUG_PROPAGATE_EXCEPTIONS=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.sites",
            "rest_framework",
            app,
            "django_comments",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF="bench.peers.django_page",
        SECRET_KEY="for one run",
        SITE_ID=1,
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
    )
    django.setup()


def fill(comments: list[dict]) -> None:
    """Store a thread below a site, the only object at hand, as the app saves it."""
    import django_comments
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sites.models import Site
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    model = django_comments.get_model()
    kind = ContentType.objects.get_for_model(Site)
    with transaction.atomic():
        for each in comments:
            more = {"parent_id": each["parent"]} if each["parent"] else {}
            model(
                content_type=kind,
                object_pk="1",
                site_id=1,
                user_name=each["name"],
                user_email=each["email"],
                comment=each["text"],
                submit_date=datetime.fromtimestamp(each["when"], UTC),
                **more,
            ).save()


def form_fields() -> dict[str, str]:
    """Return what a browser would send from the form, but for the words."""
    import django_comments
    from django.contrib.sites.models import Site

    form = django_comments.get_form()(Site.objects.get(pk=1))
    return {
        **form.generate_security_data(),
        "honeypot": "",
        "reply_to": "0",
        "name": "Ann Bell",
        "email": "ann@mail.example",
        "csrfmiddlewaretoken": TOKEN,
    }


def main(app: str, source: Path, folder: Path) -> None:
    configure(app, folder)
    comments = json.loads(source.read_text())
    fill(comments)
    from django.core.wsgi import get_wsgi_application

    program, fields = get_wsgi_application(), form_fields()

    def page() -> bytes:
        status, sent = ask(program, "/")
        assert status.startswith("200"), status
        return sent

    def add(text: str) -> None:
        status, sent = ask(
            program,
            "/comments/post/",
            urlencode(fields | {"comment": text}).encode(),
            CONTENT_TYPE="application/x-www-form-urlencoded",
            HTTP_COOKIE=f"csrftoken={TOKEN}",
        )
        assert status.startswith("302"), (status, sent)

    measure(page, add, len(comments))


def show(request: object) -> object:
    """Answer with the thread below its only object."""
    from django.contrib.sites.models import Site
    from django.http import HttpResponse

    page = template().render({"object": Site.objects.get(pk=1)}, request)
    return HttpResponse(page)


@cache
def template() -> Any:
    """Return the page, made ready once, as Django keeps templates."""
    from django.template import engines

    return engines["django"].from_string(PAGES[settings.COMMENTS_APP])


def __getattr__(name: str) -> object:
    """Return the addresses, when Django asks for them: apps have to be ready."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path

    app = settings.COMMENTS_APP
    own = "django_comments" if app == "threadedcomments" else app
    return [path("", show), path("comments/", include(f"{own}.urls"))]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
