"""Articles of invented blogs that are cross-posts of one another, made for tests."""

from commentarchive.actions.cross_post_proposals import answer_proposal
from commentarchive.intake.cross_post_search import search_all
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import CrossPost
from tests.wxr import item, load

WORDS = " ".join(
    f"On the evening of day {n} the lamp at post {n} was lit by nobody at all."
    for n in range(20)
)
LINE = 'Cross-posted from <a href="https://lantern.example/1/">The Lantern</a>.\n\n'


def blog(folder, name, *comments, body=WORDS, day="2012-03-31", **facts):
    """Import a blog of one article; return its report."""
    made = item(
        *comments, body=body, link=f"https://{name}.example/{{number}}/", **facts
    )
    made = made.replace("2012-03-31", day)
    return load(folder, made, name=f"{name}.xml", blog_slug=name)


def lantern_and_quay(folder, theirs=(), ours=(), *, body=LINE + WORDS):
    """Import an article and its copy, search, and return what is proposed."""
    blog(folder, "lantern", *theirs)
    blog(folder, "quay", *ours, body=body, day="2012-04-02")
    search_all()
    return CrossPost.objects.get()


def confirm(tie):
    answer_proposal(tie, is_one=True, attribution="", by=SYSTEM)
    tie.refresh_from_db()


def refuse(tie):
    answer_proposal(tie, is_one=False, attribution="", by=SYSTEM)
    tie.refresh_from_db()
