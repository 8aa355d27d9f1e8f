"""Backups: one file of everything, put back into an empty place, on either database."""
