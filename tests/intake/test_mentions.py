import pytest

from commentarchive.importers.parsed import ParsedComment, ParsedPost, When
from commentarchive.intake.mentions import unmet_mentions, unmet_mentions_of_plan
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from commentarchive.intake.stored import StoredComment, StoredVersion
from commentarchive.matching import Key

pytestmark = pytest.mark.pure
QUOTE = "the old pier was sold for nothing at all"
TED = f"Ted wrote: {QUOTE}"


def comment(number, text, *, name="Ann", state="live"):
    quoted = text.startswith("Ted wrote:")
    html = f"<p>Ted wrote:</p><blockquote>{QUOTE}</blockquote>" if quoted else text
    return ParsedComment(
        *(str(number), "", "comment", state, name, "", "", "", When()),
        *(text, "html", html, text, 0),
    )


def article(*comments, **values):
    return ParsedPost(
        **{
            "scheme": "wordpress",
            "source_id": "1",
            "status": "publish",
            "is_live": True,
            "is_whole": True,
            "byline": "Editor",
            "title": "Harbour news",
            "raw": "",
            "plain": values.get("raw", ""),
            "form": "html",
            "comments": list(comments),
        }
        | values
    )


def unmet(*comments, **values):
    return unmet_mentions(article(*comments, **values), comments)


def test_a_name_alone_is_no_evidence():
    assert unmet(comment(1, "Hello."), comment(2, "@Ted: no.")) == []


@pytest.mark.parametrize("state", ["pending", "spam", "trashed", "deleted", "internal"])
def test_what_readers_never_saw_speaks_for_nothing(state):
    assert unmet(comment(1, TED, state=state)) == []


def test_in_a_part_of_a_thread_nothing_is_unmet():
    assert unmet(comment(1, TED), is_whole=False) == []


def test_a_quotation_is_met_by_any_other_text_and_not_by_itself():
    quoting = comment(1, TED)
    assert unmet(quoting) == [0]
    assert unmet(quoting, raw=f"We hear that {QUOTE}.") == []
    for others in (
        [comment(2, f"I say {QUOTE}!"), quoting],
        [quoting, comment(2, f"I say {QUOTE}!")],
        [quoting, comment(2, "No."), comment(3, f"I say {QUOTE}!")],
    ):
        assert unmet(*others) == []


def stored(*, is_placeholder):
    version = StoredVersion(1, 1, "")
    return StoredComment(
        pk=1,
        ref="",
        parent_pk=None,
        position=0,
        depth=0,
        visibility="published",
        source_state="live",
        source_parent="",
        is_placeholder=is_placeholder,
        when=0.0,
        versions={b"x": version},
        last=version,
    )


@pytest.mark.parametrize("is_placeholder", [False, True])
def test_a_stored_comment_that_was_not_read_may_be_what_is_meant(is_placeholder):
    plan = plan_article(
        article(comment(2, TED)),
        post=None,
        stored={Key("wordpress", "1", 0): stored(is_placeholder=is_placeholder)},
        decisions=DecisionSnapshot(),
        zone="Europe/London",
        ordinal=0,
    )
    found = [key.source_id for key in unmet_mentions_of_plan(plan)]
    assert found == (["2"] if is_placeholder else [])
