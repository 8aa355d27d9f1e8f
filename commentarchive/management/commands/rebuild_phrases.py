"""Make the index of hidden words anew, after its key was lost or it was damaged."""

from typing import Any

from commentarchive.archive_command import ArchiveCommand
from commentarchive.storage.hidden_phrases import rebuild


class Command(ArchiveCommand):
    help = "Make the index anew by which repeated hidden words are found."

    def handle(self, **_: Any) -> None:
        self.stdout.write(f"{rebuild()} texts are in the index of hidden words.")
