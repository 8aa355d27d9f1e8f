"""Blogger: backups and saved pages."""
