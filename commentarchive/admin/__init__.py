"""Django's admin: the back office."""
