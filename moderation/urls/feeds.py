"""The addresses of moderation's feeds that lie below /feeds/."""

from django.urls import path

from moderation.views import issued_reports

urlpatterns = [path("reports.atom", issued_reports.feed, name="feed-reports")]
