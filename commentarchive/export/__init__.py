"""Copies to carry away: a site of files, a discussion as JSON or for WordPress."""
