"""Whom to tell of a fault in the site's security: `security.txt`, RFC 9116."""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commentarchive.feeds.atom import absolute

# Days for which the page is good; less than a year, as the standard recommends. It is
# made anew at each request, so that it never expires while the site is there.
GOOD_FOR = 180
SECURITY_TXT = """Contact: mailto:{contact}
Expires: {expires}
Preferred-Languages: en
Canonical: {canonical}
"""


@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Name the address of whoever runs the site; 404 where none is set."""
    contact = settings.CONTACT_EMAIL
    try:
        validate_email(contact)
    except ValidationError as error:
        message = "Nobody is named here."
        raise Http404(message) from error
    last = timezone.now().astimezone(UTC).date() + timedelta(days=GOOD_FOR)
    text = SECURITY_TXT.format(
        contact=quote(contact, safe="@"),
        expires=f"{datetime.combine(last, time()):%Y-%m-%dT%H:%M:%SZ}",
        canonical=absolute(reverse("security-txt")),
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
