"""A file on its way into the archive: read, compared, planned, written."""
