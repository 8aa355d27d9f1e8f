"""Files that are read once and imported many times, in any order."""

from contextlib import contextmanager
from unittest import mock

from django.db import transaction

from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Reading
from commentarchive.intake import dry_run, session

# What a real WordPress was read from, as groups of files that are read together.
REST = ["rest-comments-1.json", "rest-comments-2.json"]
READINGS = (
    ["export.xml"],
    REST,
    ["rest-posts.json"],
    ["rest-edit-hold.json"],
    ["rest-edit-trash.json"],
    ["rest-edit-spam.json"],
    ["comments-feed.rss"],
    ["comments-feed.atom"],
    ["thread-feed.rss"],
    ["thread-twentytwentyone.html"],
    ["thread-twentytwentytwo.html"],
    ["thread-paged.html"],
)


class ReadFile:
    """A file with everything that its reader sent, in place of another reading."""

    def __init__(self, path, saved_at=None):
        source = IsolatedSource(path, saved_at=saved_at)
        self.path, self.importer, self.blog = path, source.importer, source.blog
        self.first_address, self.host = source.first_address, source.host
        self.is_dated_by_hand, self.marks = source.is_dated_by_hand, source.marks
        self.saved_at = saved_at
        self._notes = Reading()
        self._posts = list(source.posts(self._notes))

    def posts(self, notes):
        """Yield what was read, and note what was noted."""
        yield from self._posts
        notes.repairs += self._notes.repairs
        notes.problems += self._notes.problems
        notes.raw_comments += self._notes.raw_comments
        notes.parsed_comments += self._notes.parsed_comments
        notes.how += self._notes.how
        notes.is_whole = notes.is_whole and self._notes.is_whole
        notes.has_all_records = notes.has_all_records and self._notes.has_all_records

    def read_by_clock(self, zone):
        """Change nothing: what is read here has a time, if it has any."""

    def close(self):
        """End nothing: no reader is at work."""


def opened_again(module, files):
    """Return a patch by which a module opens files that were read before."""

    def opened(paths, *_):
        return [files[path.name] for path in paths]

    return mock.patch.object(module, "open_sources", opened)


def foresee_again(files, names, *, blog="harbour"):
    """Return the reports of a dry run on files that were read before."""
    with opened_again(dry_run, files):
        return dry_run.dry_run([files[name].path for name in names], blog_slug=blog)


def read_again(files, groups, *, blog="harbour"):
    """Import groups of files that were read before; return the reports."""
    reports = []
    with opened_again(session, files):
        for names in groups:
            paths = [files[name].path for name in names]
            reports += session.import_files(paths, blog_slug=blog)
    return reports


@contextmanager
def undone():
    """Undo whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
