"""Movable Type: its text export."""
