#!/usr/bin/env python
"""Run a command of commentarchive or of Django, from a checkout."""

from commentarchive.__main__ import main

if __name__ == "__main__":
    main()
