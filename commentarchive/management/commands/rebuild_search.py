"""Make anew all that a search looks in, from the texts themselves."""

from typing import Any

from commentarchive.archive_command import ArchiveCommand
from commentarchive.models import PublicWords, SealedWords, TitleWords
from commentarchive.search.index import rebuild


class Command(ArchiveCommand):
    help = (
        "Empty all that a search looks in, and fill it again from the texts. Until it "
        "is done, searches find less and say so."
    )

    def handle(self, **_: Any) -> None:
        rebuild()
        self.stdout.write(
            f"A search looks in {PublicWords.objects.count()} public texts of comments "
            f"and {TitleWords.objects.count()} titles; {SealedWords.objects.count()} "
            "texts are for staff only."
        )
