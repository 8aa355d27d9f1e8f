"""The archive: blogs, articles, comments and the copies they were read from."""

VERSION = "0.1.0"
