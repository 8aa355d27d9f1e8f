"""A thread as the public reads it: its rows and its stored pages."""
