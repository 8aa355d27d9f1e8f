"""Addresses below a comment's own that are moderation's."""

from django.urls import path

from moderation.views import flags

urlpatterns = [path("flag/", flags.new, name="flag")]
