"""One invented thread from two sources: as plain text, and as an export."""

from commentarchive.discussion.thread_sides import in_order_of_evidence, sides_of
from commentarchive.intake.same_thread import Chosen, marks_of, tie_threads
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Post
from commentarchive.text.pairing import propose
from commentarchive.transcripts.marks import with_lost_quotation
from commentarchive.transcripts.marks_json import as_json
from commentarchive.transcripts.paragraphs import Place
from tests.transcripts.texts import decided
from tests.wxr import comment, item, load

FENCE = """The fence by the weir is up.
I like the new fence a good deal more than the old one.
So do I, and the ducks do not mind it at all.
Nobody asked the anglers, who have fished there for forty years.
As a neighbour wrote:
Well, that is what they always say about us.
Thanks!
"""
ROLES = "assssms"
WHOLE = (
    "As a neighbour wrote:\n<blockquote>They never asked us either</blockquote>\n"
    "Well, that is what they always say about us."
)
WHY = "The comments have the same words."


def pasted(folder, *, text=FENCE, roles=ROLES, slug="quay", **article):
    """Import the thread as a page that was reduced to plain text."""
    _lines, marks = decided(text, roles, **article)
    if roles == ROLES:
        marks = with_lost_quotation(marks, Place(5), is_lost=True)
    path, decisions = folder / "page.txt", folder / "marks.json"
    path.write_text(text)
    decisions.write_text(as_json(marks))
    import_files([path], source="transcript", marks=decisions, blog_slug=slug)
    return Post.objects.get(scheme="transcript", blog__slug=slug)


def remarks(**states):
    """Return the thread's comments as the export has them; states by number."""
    said = [
        (11, "I like the new fence a good deal more than the old one.", 0, "Ada"),
        (12, "So do I, and the ducks don’t mind it at all.", 11, "Ben"),
        (13, "A remark that only the export holds.", 12, "Cy"),
        (14, WHOLE, 0, "Dora"),
        (15, "Thanks!", 0, "Eve"),
    ]
    return [
        comment(
            *(number, text),
            parent=parent,
            author=name,
            email=f"{name.lower()}@mail.example",
            approved=states.get(f"c{number}", "1"),
        )
        for number, text, parent, name in said
    ]


def exported(folder, *, slug="quay", name="export.xml", **states):
    """Import the thread as its blog's export."""
    made = item(*remarks(**states), title="The fence by the weir")
    load(folder, made, name=name, blog_slug=slug)
    return Post.objects.get(scheme="wordpress")


def proposed(one, other):
    """Return the pairs that are proposed of two articles, as chosen."""
    sides = sides_of(*in_order_of_evidence(one, other))
    left, right = ([each.remark for each in side] for side in sides)
    return [
        Chosen(
            sides[0][pair.one].comment.ref, sides[1][pair.other].comment.ref, pair.score
        )
        for pair in propose(left, right)
    ]


def tie(one, other, chosen=None, *, seen=None, evidence=WHY):
    """Tie two articles by the pairs that are proposed."""
    sides = sides_of(*in_order_of_evidence(one, other))
    return tie_threads(
        one,
        other,
        proposed(one, other) if chosen is None else chosen,
        evidence=evidence,
        seen=marks_of(*sides) if seen is None else seen,
        by=SYSTEM,
    )
