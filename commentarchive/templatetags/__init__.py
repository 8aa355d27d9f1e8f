"""Filters that every template has (`settings.TEMPLATES`)."""
