"""Moderation for programs: the log, its decisions, the reports."""
