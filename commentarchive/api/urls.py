"""Addresses of the interface, under /api/v1/."""

from django.urls import URLPattern, path

from commentarchive.api import description
from commentarchive.api.answers import for_programs
from commentarchive.api.interface import interface

app_name = "api"
# Ninja's own page of addresses is left out: ours takes its place.
_OWN = frozenset({"api-root"})
_operations, _app, _namespace = interface.urls

urlpatterns = [
    path("openapi.json", for_programs(description.openapi), name="openapi"),
    *(
        path(str(each.pattern), for_programs(each.callback), name=each.name)
        for each in _operations
        if isinstance(each, URLPattern) and each.name not in _OWN
    ),
]
