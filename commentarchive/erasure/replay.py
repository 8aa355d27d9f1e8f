"""Delete again what came back after an erasure, from a backup or a cut-short call."""

import json

from commentarchive.erasure.erase import (
    HAVE_NO_WORDS,
    CannotErase,
    Erased,
    IsHeld,
    Order,
    delete_words,
    erase_words,
)
from commentarchive.erasure.names_left import delete_names_left
from commentarchive.erasure.sweep import sweep
from commentarchive.ledger.merkle.verify import (
    checked_entries,
    open_source,
    read_hashes,
    read_note,
)
from commentarchive.ledger.models import Entry, LogKey
from commentarchive.models import Comment, Commenter, Visibility
from commentarchive.storage.write_locks import import_lock, short_write


def replay(record: str = "") -> Erased:
    """Delete again whatever came back of what the record calls erased; then sweep.

    For use after tables or files were restored from a backup. `record` is another
    copy of this record (address, folder or ZIP), which may know of later erasures
    than the restored tables: those are carried out anew. Raise IsFalse or CannotTell
    where that copy does not bear this record's signature.
    """
    # 1. Check the other copy before anything is changed.
    erasures_elsewhere = _erasures_in(record) if record else []
    erased_here = _erased_here()
    done = Erased()
    with import_lock():
        # 2. What this record calls erased is only deleted: it has its entry.
        for ref in erased_here:
            with short_write():
                delete_words(ref, done)
        with short_write():
            done.names = delete_names_left()
        # As of the rows it was not erased yet: the entry came back without them.
        for comment in Comment.objects.filter(ref__in=erased_here):
            if comment.visibility not in HAVE_NO_WORDS:
                _erase_again(comment.ref, erased_here[comment.ref], done)
        # 3. What only the other copy calls erased needs an entry and a notice here.
        for ref, basis in erasures_elsewhere:
            if ref not in erased_here:
                _erase_again(ref, basis, done)
        # 4. Files may have come back with the backup, too.
        erased = Comment.objects.filter(visibility=Visibility.ERASED)
        sweep(erased.select_related("post"))
    return done


def _erased_here() -> dict[str, str]:
    """Return what this record calls erased, and on what basis."""
    found = Entry.objects.filter(event="erase.done").order_by("index")
    return {
        subject: json.loads(bytes(leaf))["d"]["basis"]
        for subject, leaf in found.values_list("subject", "leaf")
    }


def _erase_again(ref: str, basis: str, done: Erased) -> None:
    """Carry out an erasure of which the rows here know nothing."""
    model = Comment if ref.startswith("c") else Commenter
    subject = model.objects.filter(ref=ref).first()
    if subject is None:
        return
    try:
        again = erase_words(subject, Order(basis=basis))
    except (CannotErase, IsHeld) as error:
        done.left.append(f"{ref}: {error}")
        return
    done.comments += again.comments
    done.texts += again.texts


def _erasures_in(source: str) -> list[tuple[str, str]]:
    """Check another copy of this record and return what it calls erased, and why."""
    vkeys = list(LogKey.objects.order_by("entry").values_list("vkey", flat=True))
    get = open_source(source)
    size, root = read_note(get("checkpoint"), vkeys, "the checkpoint")
    entries = checked_entries(get, size, read_hashes(get, size, root))
    return [
        (entry["subj"]["r"], entry["d"]["basis"])
        for entry in entries
        if entry["t"] == "erase.done"
    ]
