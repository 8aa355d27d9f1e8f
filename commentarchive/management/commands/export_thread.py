"""Write one discussion, as JSON or for WordPress."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from commentarchive.archive_command import ArchiveCommand
from commentarchive.export.output import output as opened
from commentarchive.export.shown_thread import NotPublic, public_post
from commentarchive.export.thread_json import thread_as_json
from commentarchive.export.wxr import write_wxr
from commentarchive.ledger.snapshot import snapshot
from commentarchive.management.references import in_argument
from commentarchive.text.unseen import escaped_json


class Command(ArchiveCommand):
    help = "Write an article with its discussion, as readers see them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("post", metavar="ID", help="or its page's address")
        parser.add_argument(
            "--format",
            choices=("json", "wxr"),
            default="json",
            help="json, which an archive imports again; wxr, which WordPress imports",
        )
        parser.add_argument("--output", type=Path, metavar="FILE")

    def handle(self, *, post: str, output: Path | None, **options: Any) -> None:
        ref = in_argument(post, "p", "an article")
        try:
            with snapshot():
                self._write(ref, output, options["format"])
        except NotPublic as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            message = f"{error.filename or output}: {error.strerror or error}"
            raise CommandError(message) from error

    def _write(self, ref: str, path: Path | None, form: str) -> None:
        found = public_post(ref)
        if form == "wxr":
            with opened(path) as stream:
                written = write_wxr(found.blog, [found], stream)
            self.stderr.write(written.in_words())
            return
        value = thread_as_json(found)
        text = escaped_json(json.dumps(value, ensure_ascii=False, indent=1))
        with opened(path) as stream:
            stream.write(text.encode() + b"\n")
