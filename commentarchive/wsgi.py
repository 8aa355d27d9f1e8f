"""The WSGI application that `manage.py serve` runs."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from commentarchive.middleware.bodies import set_aside_other_types

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")

_django = get_wsgi_application()

from commentarchive.views.public_page import made_by  # noqa: E402 - it needs models

# What is loaded by now is what tags speak of: another version may be put in its place
# before a worker asks that is started later.
made_by()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request."""
    set_aside_other_types(environ)
    return _django(environ, start_response)
