"""What is looked at to tell whether the archive is well: `doctor` and a page."""
