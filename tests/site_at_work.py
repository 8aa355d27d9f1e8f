"""A whole site at work: an import, decisions and signatures in processes of one tree.

Started as a process of its own, in the environment of an archive. It reads a line of
JSON and answers by one: `{"files": [...]}` begins the work in a new session and answers
with its number, `{"killed": true}` once no process of it is left, `{"look": true}` with
what is in the archive by now, without its faults where it says `"whole": false`. What was acknowledged to somebody is a line of the file
ACKNOWLEDGED.
"""

import ctypes
import hashlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path

import django
from django.urls import get_resolver

# Of Linux: which signal comes when the parent ends; whose parents are gone become this
# process's children, to be waited for.
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def acknowledge(*words):
    """Note what somebody was told; it is written whole, or not at all."""
    path = os.environ["ACKNOWLEDGED"]
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{' '.join(map(str, words))}\n".encode())
    os.close(descriptor)


def patiently(work, *arguments):
    """Do something, again where the database was busy for longer than one waits for it.

    On a machine that does much else, others may write for longer than SQLite's 20
    seconds. The signer then tries again, an import goes on when it is given the same
    files, and whoever decides is answered 503 with the form: nothing of it is lost.
    """
    from django.db import DatabaseError, connection

    from commentarchive.ledger.outages import BUSY, outage

    while True:
        try:
            return work(*arguments)
        except DatabaseError as error:
            if outage(error) != BUSY:
                raise
            connection.close()
            acknowledge("waited")


def import_all(paths):
    from commentarchive.intake.session import import_files

    for path in paths:
        patiently(import_files, [Path(path)])
        acknowledge("imported", path)


def decide_on_and_on():
    """Publish what waits, and let what is published wait, again and again."""
    from django.contrib.auth.models import User

    from commentarchive.actions.staff import acting
    from commentarchive.models import Comment
    from moderation.actions import decisions
    from moderation.models import Action

    by = acting(User.objects.get(username="alice"))

    def decide(comment, action):
        return decisions.decide(comment, decisions.Judgement(action=action), by=by)

    while True:
        time.sleep(0.01)
        for comment in Comment.objects.filter(post__source_id="1"):
            waits = comment.visibility == "held"
            action = Action.APPROVE if waits else Action.HOLD
            made = patiently(decide, comment, action)
            acknowledge("decided", made.ref)
            # As people do, it leaves others their turn to write.
            time.sleep(0.01)


def sign_on_and_on():
    from django.conf import settings

    from commentarchive.ledger.signer import signing

    with signing(settings.LEDGER_KEY_FILE) as signer:
        while True:
            if made := patiently(signer.sign):
                acknowledge("signed", made.size, digest(made.note))
            # Else one processor would do nothing but ask what is new.
            time.sleep(0.005)


def digest(note):
    return hashlib.sha256(note.encode()).hexdigest()


def look(*, is_whole_record_read):
    """Return what there is of all that can be acknowledged, and what is wrong.

    The signer comes back first: it stores what it signed and was killed over. Whether
    anything is wrong is asked where the whole record is read.
    """
    from django.conf import settings

    from commentarchive.captures import files
    from commentarchive.ledger.models import Checkpoint
    from commentarchive.ledger.reconciliation import reconcile
    from commentarchive.ledger.signer import signing
    from commentarchive.ledger.tiles import last_checkpoint
    from commentarchive.ledger.verification import verify
    from commentarchive.models import Comment
    from moderation.models import Decision

    with signing(settings.LEDGER_KEY_FILE) as signer:
        signer.sign()
    signed = last_checkpoint()
    notes = Checkpoint.objects.values_list("size", "note")
    wrong = {}
    if is_whole_record_read:
        wrong = {
            "faults": [str(fault) for fault in verify().faults],
            "differences": [str(each) for each in reconcile()],
        }
    return {
        **wrong,
        "decisions": list(Decision.objects.values_list("ref", flat=True)),
        "signed": signed.size if signed else 0,
        "notes": {size: digest(note) for size, note in notes},
        "kept": [each for each in files.all_digests() if is_whole(each)],
        "comments": Comment.objects.count(),
    }


def tell_what_there_is(end, asked):
    """Write what is there, or why that cannot be seen, to a pipe."""
    from django.db import connection

    try:
        found = look(is_whole_record_read=asked.get("whole", True))
    except Exception as error:
        found = {"cannot_look": f"{type(error).__name__}: {error}"}
    # The last one to close SQLite's log copies it into the database.
    connection.close()
    with os.fdopen(end, "w") as told:
        json.dump(found, told)


def is_whole(sha256_of_copy):
    """Return whether the bytes that were received can be read as they were."""
    from commentarchive.captures import files

    try:
        with files.opened(sha256_of_copy) as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest() == sha256_of_copy
    except (OSError, *files.DAMAGE):
        return False


def forked(work, *arguments):
    """Run something in a process of its own; return its number."""
    if child := os.fork():
        return child
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    code = 1
    try:
        work(*arguments)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def whole_tree(paths):
    """Run all of it in a session of its own, until somebody kills it."""
    os.setsid()
    for work, *arguments in (
        (import_all, paths),
        (decide_on_and_on,),
        (sign_on_and_on,),
    ):
        forked(work, *arguments)
    while True:
        # A worker that ends by itself has failed, unless it has imported all.
        _child, status = os.wait()
        if status:
            acknowledge("failed", status)


def wait_for_all():
    """Return once no process that this one started, directly or not, is left."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return True


def main():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    django.setup()
    # These bring in nearly all there is, which each fork would read anew.
    _ = get_resolver().url_patterns
    answers = sys.stdout
    for line in sys.stdin:
        asked = json.loads(line)
        if "files" in asked:
            answer = forked(whole_tree, asked["files"])
        elif "killed" in asked:
            answer = wait_for_all()
        else:
            reading, writing = os.pipe()
            child = forked(tell_what_there_is, writing, asked)
            os.close(writing)
            with os.fdopen(reading) as told:
                answer = json.load(told)
            os.waitpid(child, 0)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
