"""What every page needs to know of the site."""

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, str]:
    """Give templates the site's own address and contact."""
    return {"base_url": settings.BASE_URL, "contact_email": settings.CONTACT_EMAIL}
