"""Exhibits: reports by readers, letters as sent, complaints and notes of staff."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from commentarchive.models import Comment
from moderation.evidence.blocks import (
    Blacked,
    Block,
    Exhibit,
    Facts,
    Heading,
    Quote,
    Table,
    Words,
)
from moderation.evidence.cases import Case
from moderation.evidence.look import Look, on_clock
from moderation.evidence.rulings import decisions_of
from moderation.models import (
    Complaint,
    ComplaintPlace,
    DeskNote,
    Flag,
    Letter,
    LetterState,
)
from moderation.models.letter import masked

# Those that went, or may have gone.
_SENT = (LetterState.SENT, LetterState.CAME_BACK, LetterState.UNSURE)


def _comments(case: Case, look: Look) -> QuerySet[Comment]:
    found = Comment.objects.filter(pk__in=case.comments)
    return found if look.is_sealed else found.public()


def report_exhibit(case: Case, look: Look) -> Exhibit:
    """Return the reports by readers, for the other side without time and words.

    When one came could tell who sent it.
    """
    flags = Flag.objects.filter(comment__in=_comments(case, look)).order_by("pk")
    read = flags.select_related(
        "comment__post__blog", "revision", "clause__policy", "words"
    )
    blocks: list[Block] = []
    for number, flag in enumerate(read, start=1):
        blocks += [Heading(f"Report {number}"), Facts(list(_flag_facts(flag, look)))]
        sealed = flag.sealed
        if sealed is None:
            blocks.append(Words("It came without words."))
        elif look.is_sealed:
            who = masked(sealed.email) or "no address"
            blocks.append(Quote(f"What the reader wrote; from {who}", sealed.text))
        else:
            blocks.append(Blacked("What the reader wrote", "it may tell who it was"))
    return Exhibit(
        title="Reports by readers",
        how="Sent through the form of the site; each keeps the version that was seen.",
        about="reports",
        blocks=blocks or [Words("No reader has reported any of it.")],
    )


def _flag_facts(flag: Flag, look: Look) -> Iterator[tuple[str, str]]:
    yield "About", f"comment {flag.comment.ref}, version {flag.revision.number}"
    rule = flag.clause.label if flag.clause else "no rule"
    yield "Under", rule
    if look.is_sealed:
        came = on_clock(flag.received_at, flag.comment.post.blog.time_zone)
        yield "Reference, and when it came", f"{flag.ref}, {came}"
    answer = flag.answer
    if answer is None or answer.entry_index >= look.size:
        yield "What came of it", "nobody has decided on it yet"
    else:
        yield "What came of it", f"{answer.sentence} (decision {answer.ref})"


def letter_exhibit(case: Case, look: Look) -> Exhibit:
    """Return the letters as they were sent, for the other side their kinds and days."""
    refs = list(_comments(case, look).values_list("ref", flat=True))
    if case.complaint:
        refs.append(case.complaint.ref)
    decisions = decisions_of(case, look)
    about = Q(decision__in=decisions.order_by().values("pk"))
    if look.is_sealed:
        about |= Q(case__in=refs)
    letters = Letter.objects.filter(about, state__in=_SENT).with_context()
    blocks: list[Block] = []
    for letter in letters.select_related("text", "decision").order_by("pk"):
        blocks += _letter(letter, look)
    return Exhibit(
        title="Letters as they were sent",
        how=(
            "Each text is kept as it was handed to the mail server, with that server’s "
            "answer."
        ),
        about="letters",
        blocks=blocks or [Words("No letter about it was sent.")],
    )


def _letter(letter: Letter, look: Look) -> Iterator[Block]:
    kind = letter.get_kind_display()
    yield Heading(f"{kind[:1].upper()}{kind[1:]}")
    zone = letter.blog.time_zone if letter.blog else "UTC"
    facts = [("What became of it", letter.get_state_display())]
    if letter.decision:
        facts.insert(0, ("Tells of", f"decision {letter.decision.ref}"))
    if not look.is_sealed:
        yield Facts(facts)
        yield Blacked("What it said, and to whom it went", "letters are private")
        return
    facts.append(("To", letter.masked_email or "an address that was erased"))
    facts.append(("Ended", on_clock(letter.ended_at, zone)))
    yield Facts(facts)
    text = getattr(letter, "text", None)
    if text is None:
        yield Words("What it said was erased.")
    else:
        yield Quote(f"Subject: {text.subject}", text.body)
    yield Table(
        caption="Attempts to deliver it",
        head=("When", "What came of it", "What the mail server said"),
        rows=[
            (on_clock(each.at, zone), each.get_state_display(), each.answer)
            for each in letter.history.all()
        ],
    )


def private_exhibits(case: Case, look: Look) -> list[Exhibit]:
    """Return complaints and notes of staff, which only sealed bundles hold."""
    if not look.is_sealed:
        return []
    return [_complaint_exhibit(case, look), _note_exhibit(case)]


def _complaint_exhibit(case: Case, look: Look) -> Exhibit:
    places = ComplaintPlace.objects.filter(
        Q(comment__in=case.comments)
        | Q(post__in=case.posts)
        | Q(commenter__in=case.names),
        taken_out_in=None,
    )
    chosen = Q(pk__in=places.values("complaint"))
    if case.complaint:
        chosen |= Q(pk=case.complaint.pk)
    blocks: list[Block] = []
    found = Complaint.objects.filter(chosen, look.on_record()).order_by("entry_index")
    for complaint in found.prefetch_related("words", "answers"):
        blocks += _complaint(complaint)
    return Exhibit(
        title="Complaints in the complaint book",
        how="Written down by staff; each wording is kept beside the ones before it.",
        about="complaints",
        blocks=blocks or [Words("No complaint about it is in the book.")],
    )


def _complaint(complaint: Complaint) -> Iterator[Block]:
    zone = complaint.time_zone
    yield Heading(f"Complaint {complaint.ref}")
    came = on_clock(complaint.came_at, zone)
    outcome = complaint.get_outcome_display() or "open"
    yield Facts(
        [
            ("How it came, and when", f"{complaint.get_channel_display()}, {came}"),
            ("What it rests on", complaint.get_ground_display()),
            ("Outcome", outcome),
            ("Public record", f"no. {complaint.entry_index}"),
        ]
    )
    for words in complaint.words.all():
        who = ", ".join(filter(None, (words.from_name, words.from_address)))
        yield Quote(f"Wording {words.number}, from {who or 'nobody named'}", words.text)
        if words.reason:
            yield Quote("Why it was put right", words.reason)
    for answer in complaint.answers.all():
        sent = on_clock(answer.sent_at, zone)
        yield Quote(f"Answered {answer.get_way_display()}, {sent}", answer.words)


def _note_exhibit(case: Case) -> Exhibit:
    notes = DeskNote.objects.filter(comment__in=case.comments)
    blocks: list[Block] = [
        Quote(
            f"On comment {note.comment.ref}, by "
            f"{note.actor.handle if note.actor else note.get_role_display()}, "
            f"{on_clock(note.written_at, note.comment.post.blog.time_zone)}",
            note.words,
        )
        for note in notes.select_related("actor", "comment__post__blog").order_by("pk")
    ]
    if case.complaint:
        zone = case.complaint.time_zone
        blocks += [
            Quote(
                f"On the complaint, by {note.actor.handle}, "
                f"{on_clock(note.written_at, zone)}",
                note.words,
            )
            for note in case.complaint.notes.select_related("actor").order_by("pk")
        ]
    return Exhibit(
        title="Notes of staff",
        how=(
            "Private notes, which readers never see. Whether they have to be "
            "disclosed is for a solicitor to say."
        ),
        about="notes",
        blocks=blocks or [Words("There are none.")],
    )
