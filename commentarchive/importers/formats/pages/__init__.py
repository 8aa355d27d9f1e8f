"""Saved pages of any kind of blog."""
