"""Put a backup back into an empty place, and check all of it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from commentarchive.backup.parts import Damaged, WrongPassphrase
from commentarchive.backup.passphrases import BadPassphrase, read_passphrase
from commentarchive.backup.place import NotEmpty
from commentarchive.backup.restoring import CannotRestore, Restored, restore
from commentarchive.ledger.merkle.verify import CannotTell, IsFalse
from commentarchive.ledger.outages import outage
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.recovery import CannotRecover
from commentarchive.storage.write_locks import ImportRunning


class Command(BaseCommand):
    help = "Put a backup back into an empty VAR_DIR and database, and verify it."
    # There are no tables yet.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="of an encrypted backup (or BACKUP_PASSPHRASE, or it is asked for)",
        )
        parser.add_argument(
            "--record",
            default="",
            metavar="SOURCE",
            help="a later copy of the record (address, folder or ZIP): its entries are "
            "brought back, and what they erased is erased",
        )
        parser.add_argument(
            "--database-only",
            action="store_true",
            help="copies, keys and settings lie here already and stay as they are",
        )

    def handle(
        self,
        *,
        file: Path,
        passphrase_file: Path | None,
        record: str,
        database_only: bool,
        **_: Any,
    ) -> None:
        passphrase = None
        try:
            if passphrase_file or _is_encrypted(file):
                passphrase = read_passphrase(
                    passphrase_file, is_asked=True, is_new=False
                )
            done = restore(
                file,
                passphrase=passphrase,
                record=record,
                database_only=database_only,
            )
        except OSError as error:
            message = f"Nothing was put back: {error.filename}: {error.strerror}."
            raise CommandError(message) from error
        except NotEmpty as error:
            message = (
                f"Nothing was put back, for it would be mixed up with this: {error}. "
                "Name an empty VAR_DIR and database."
            )
            raise CommandError(message) from error
        except DatabaseError as error:
            reason = outage(error) or f"the database says {error}"
            raise CommandError(f"Nothing was put back: {reason}.") from error
        except (
            *(Damaged, WrongPassphrase, BadPassphrase, CannotRestore, CannotRecover),
            *(IsFalse, CannotTell, ImportRunning),
        ) as error:
            raise CommandError(f"Nothing was put back: {error}.") from error
        self._report(done)

    def _report(self, done: Restored) -> None:
        record = done.manifest["record"]
        rows = sum(each["rows"] for each in done.manifest["tables"].values())
        self.stdout.write(
            f"Put back as of {done.made_at}: {rows:,} rows, {done.manifest['copies']} "
            f"kept copies, {record['size']:,} entries of the record, each as it was "
            "written."
        )
        for path in done.kept:
            self.stdout.write(f"{path} was there and stayed as it is.")
        if done.recovered and done.recovered.first is not None:
            self.stdout.write(
                f"Entries {done.recovered.first} to {done.recovered.size - 1} were "
                "brought back from the copy of the record."
            )
        if done.erased.texts:
            self.stdout.write(f"{done.erased.texts} erased texts were deleted again.")
        differences = [str(each) for each in reconcile()]
        for difference in differences:
            self.stderr.write(difference)
        if done.held:
            self.stdout.write(
                "Until manage.py recover_record was run, nothing can be decided or "
                "imported: more may have been signed since the backup."
            )
        if done.unswept:
            message = f"Erased words may be left ({done.unswept}): run replay_erasures."
            raise CommandError(message)
        if differences:
            message = (
                "It is put back as it was saved, and tables and record differ in the "
                f"{len(differences)} places above."
            )
            raise CommandError(message)
        self.stdout.write("The tables are as the record says.")


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as stream:
        return b'"encrypted": true' in stream.read(1024)
