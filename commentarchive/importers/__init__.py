"""Importers: bytes in, parsed articles out; no Django, no database, no network."""
