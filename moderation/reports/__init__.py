"""Audit reports: figures worked out in one place, shown in several."""
