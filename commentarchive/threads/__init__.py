"""Threads: their order, their folding and their page: plain Python, no Django."""
