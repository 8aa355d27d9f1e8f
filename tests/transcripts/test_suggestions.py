"""What holds for every suggestion, and single habits that were read wrongly."""

import sys
from dataclasses import replace

import pytest
from hypothesis import given

from commentarchive.transcripts.marks import (
    CannotMark,
    CommentFacts,
    Role,
    with_facts,
    with_role,
)
from commentarchive.transcripts.marks_json import as_json, from_json
from commentarchive.transcripts.paragraphs import Place
from commentarchive.transcripts.suggestions import languages
from commentarchive.transcripts.suggestions.accepting import accepted, refused
from commentarchive.transcripts.suggestions.english import ENGLISH
from commentarchive.transcripts.suggestions.every import FAMILIES, suggestions
from commentarchive.transcripts.suggestions.suggestion import KIND_LABELS, Kind
from tests.transcripts import texts
from tests.transcripts.quality import OWN, data_of
from tests.transcripts.texts import begun

pytestmark = pytest.mark.pure


def of(text, *kinds):
    """Return suggestions of some kinds about a text, by their first lines."""
    _lines, blocks, marks = begun(text)
    wanted = kinds or tuple(Kind)
    return [each for each in suggestions(blocks, marks) if each.kind in wanted]


def lines_of(text, *kinds):
    return [each.first_line for each in of(text, *kinds)]


@given(texts.lines)
def test_any_text_gets_suggestions_inside_itself(lines):
    _lines, blocks, marks = begun("\n".join(lines))
    by_place = {each.place: each for each in blocks}
    found = suggestions(blocks, marks)
    assert found == suggestions(blocks, marks)
    assert len({each.id for each in found}) == len(found)
    for each in found:
        assert each.first_line == by_place[each.place].first <= each.last_line
        assert 0 <= each.start < each.end <= len(by_place[each.place].text)
        assert each.reason
        places = {place for place, _role in each.proposal.roles}
        assert places <= by_place.keys()
        try:
            decided = accepted(marks, each)
        except CannotMark:
            # A name at the foot of a comment whose start is not decided.
            continue
        assert each.id in decided.accepted
        assert from_json(as_json(decided)) == decided


@given(texts.lines)
def test_nothing_is_suggested_by_what_comes_later_about_a_quotation(lines):
    """Only earlier paragraphs are quoted, and only earlier comments answered."""
    _lines, blocks, marks = begun("\n".join(lines))
    for each in suggestions(blocks, marks):
        proposal = each.proposal
        if proposal.quotes:
            assert proposal.quotes < each.place
        if proposal.answers and proposal.comment:
            assert proposal.answers < proposal.comment


def test_ids_stay_as_more_is_decided():
    for name in OWN:
        _lines, blocks, marks = begun(data_of(name))
        before = {each.id for each in suggestions(blocks, marks)}
        for place in marks.places:
            marks = with_role(marks, place, Role.START)
        after = {each.id for each in suggestions(blocks, marks)}
        assert len(before & after) >= 0.9 * len(before), name


def test_accepting_and_refusing_one_after_another():
    _lines, blocks, marks = begun(
        "The fence is up, and it is green.\n* * *\nIt is not."
    )
    (divider,) = suggestions(blocks, marks)
    taken = accepted(marks, divider)
    assert taken.paragraphs[1].role is Role.NO_PART
    left = refused(taken, divider)
    assert (left.accepted, left.refused) == (frozenset(), {divider.id})
    assert left.paragraphs == taken.paragraphs


def test_what_starts_a_comment_goes_on_starting_it_with_a_quotation():
    text = data_of("forum")
    _lines, blocks, marks = begun(text)
    marks = with_role(marks, Place(11), Role.START)
    for each in suggestions(blocks, marks):
        if each.first_line == 11:
            marks = accepted(marks, each)
    assert marks.paragraphs[10].role is Role.START


@pytest.mark.parametrize("name", OWN)
def test_suggestions_can_be_accepted_together_in_any_order(name):
    """Made before anything was decided, they decide the same in either order."""
    _lines, blocks, marks = begun(data_of(name))
    found = suggestions(blocks, marks)
    # Names need a comment to be of.
    found = [replace(e, proposal=replace(e.proposal, comment=None)) for e in found]
    one = other = marks
    for each in found:
        one = accepted(one, each)
    for each in reversed(found):
        other = accepted(other, each)
    assert [e.role for e in one.paragraphs] == [e.role for e in other.paragraphs]
    assert {e.place for e in one.paragraphs if e.role is Role.START} == {
        place
        for each in found
        for place, role in each.proposal.roles
        if role is Role.START
    }


def test_another_language_is_another_list_of_words(monkeypatch):
    german = replace(
        ENGLISH,
        commonest=frozenset(
            [
                "der",
                "die",
                "das",
                "und",
                "ich",
                "ist",
                "nicht",
                "in",
                "zu",
                "es",
                "den",
                "dem",
            ]
        ),
        months=(
            "januar",
            "februar",
            "märz",
            "april",
            "mai",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "dezember",
        ),
        at_hour=("um",),
        says=(r"sagt\s?:",),
        buttons=frozenset({"antworten", "teilen"}),
        second_person=frozenset({"du", "dich", "dir"}),
    )
    monkeypatch.setattr(languages, "LANGUAGES", (ENGLISH, german))
    text = data_of("german").decode()
    found = of(text, Kind.HEADER)
    assert [each.proposal.name for each in found] == ["Karla Winter", "Ulf B."]
    assert [each.proposal.time.since for each in found] == [
        "2011-03-12T10:15",
        "2011-03-12T11:40",
    ]
    assert lines_of(text, Kind.BUTTON) == [9, 13]
    (address,) = of(text, Kind.ADDRESS)
    assert address.proposal.answers == Place(8)


def test_every_kind_has_a_label():
    assert KIND_LABELS.keys() == set(Kind)
    assert len(FAMILIES) == len(Kind)


BLOGGER = """The fence is up, and it is green. It is not what we were promised.
3 comments:
Ann said...
I like it, and I do not care who knows it.
3 May 2012 10:15
Anonymous said...
Nobody asked you, and you know that.
3 May 2012 11:02
Bob said...
It is the best that there is.
3 May 2012 11:40
Post a Comment"""


def test_times_at_the_feet_of_comments_are_not_those_of_the_next():
    found = of(BLOGGER, Kind.HEADER)
    _lines, _blocks, marks = begun(BLOGGER)
    for each in found:
        marks = accepted(marks, each)
    told = {
        each.place.line: (each.facts.name, each.facts.time.since)
        for each in marks.paragraphs
        if each.facts
    }
    assert told == {
        4: ("Ann", "2012-05-03T10:15"),
        7: ("", "2012-05-03T11:02"),
        10: ("Bob", "2012-05-03T11:40"),
    }


def test_names_at_the_feet_of_comments_are_not_those_of_the_next():
    text = """The fence is up, and it is green. It is not what we were promised.
I like it, and I do not care who knows it.
Posted by: Ann | May 3, 2012 at 10:15 AM
Nobody asked you, and you know that.
Posted by: Bob | May 3, 2012 at 11:15 AM"""
    found = of(text, Kind.HEADER)
    assert [each.proposal.comment for each in found] == [Place(2), Place(4)]
    assert [each.proposal.name for each in found] == ["Ann", "Bob"]


@pytest.mark.parametrize(
    "text",
    [
        # Quotations are introduced in the same words.
        "Ann wrote:\n“The fence is up and it is green.”\nThat is what she wrote.\n"
        "Bob wrote:\n“It is not.”\nAnd he was right, and I was not.",
        # The names stand below the dates.
        "The fence\n05-03-2012, 10:15 AM\nannp\nSenior Member\nThe fence is up.\n"
        "05-03-2012, 11:15 AM\nbob\nJunior Member\nIt is not, and you know it.",
        # Points are no part of a name.
        "ann 5 points 3 hours ago\nIt is up, and it is green.\n"
        "bob 2 points 2 hours ago\nIt is not, and you know it.",
        # An article's own line.
        "The fence\nPosted by Ann on 3 May 2012\nIt is up, and that is that.",
    ],
)
def test_no_comment_is_said_to_start_where_that_is_not_sure(text):
    assert not [each for each in of(text) if each.proposal.name]
    assert not [
        each for each in of(text) if Role.START in dict(each.proposal.roles).values()
    ]


def test_a_name_above_each_time_is_a_name_and_above_some_it_is_not():
    page = "Ann P\n3 May 2012 at 10:15\nIt is up.\nBob the Smith\n4 May 2012 at 9:00\nIt is not, and you know it."
    assert [each.proposal.name for each in of(page, Kind.HEADER)] == [
        "Ann P",
        "Bob the Smith",
    ]
    dates = page.replace(
        "Bob the Smith", "And that is the end of it, as I see it and as I always have."
    )
    assert [each.proposal.name for each in of(dates, Kind.HEADER)] == ["", ""]


def test_who_answers_whom_is_told_by_pages_that_print_it():
    text = "Ann P • 3 years ago\nIt is up, and that is that.\nBob > Ann P • 3 years ago\nIt is not, you know."
    first, second = of(text, Kind.HEADER)
    assert (second.proposal.name, second.proposal.answers) == ("Bob", Place(2))
    assert first.proposal.time.since == ""
    assert first.proposal.time.printed == "3 years ago"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("She has blocked two of my comments there.", ("", 2)),
        (
            "Both of my posts were taken down by The Quay Post, and I know why.",
            ("The Quay Post", 2),
        ),
        (
            "My answer to Bob was deleted on Open Quay, twice, and that is all.",
            ("Open Quay", 2),
        ),
        ("They have deleted my last comment.", ("", 1)),
        ("He refused to publish my comments, and that was it.", ("", 0)),
        ("He has not deleted my comment, and that is the truth.", None),
        ("Has he deleted two of my comments?", None),
        ("I have deleted my comment by mistake.", None),
        ("They blocked the road for two of my cousins.", None),
        ("Nobody deleted my comment, and that is that.", None),
    ],
)
def test_a_claim_is_what_the_words_say(text, claim):
    found = [
        each.proposal.claim[1]
        for each in of(f"{text} It is the way of the world.", Kind.CLAIM)
    ]
    assert [(each.blog, each.number) for each in found] == ([claim] if claim else [])


@pytest.mark.parametrize(
    ("text", "blog", "author", "address"),
    [
        (
            "This is a cross-post from Open Quay by Marta Hale, who edits it.",
            "Open Quay",
            "Marta Hale",
            "",
        ),
        ("Cross-posted from the Friends of the Pier.", "", "", ""),
        ("Cross-posted from Friends of the Pier.", "Friends of the Pier", "", ""),
        (
            "Originally posted at http://quay.example/a-b/.",
            "",
            "",
            "http://quay.example/a-b/",
        ),
        ("(Reposted from “the quay”, with thanks.)", "the quay", "", ""),
        (
            "Also from Open Quay at http://quay.example/x",
            "Open Quay",
            "",
            "http://quay.example/x",
        ),
        (
            "A version of this article first appeared in The Kell Gazette.",
            "The Kell Gazette",
            "",
            "",
        ),
        ("via openquay.example", "openquay.example", "", ""),
        (
            "This was cross-posted at openquay.example, and more.",
            "openquay.example",
            "",
            "",
        ),
        ("Originally posted by Ann Perrin", "", "", ""),
        ("First published in 1897, and never since that day.", "", "", ""),
        ("Via the old road it takes an hour.", "", "", ""),
        ("via Ann", "", "", ""),
    ],
)
def test_an_attribution_is_what_the_words_say(text, blog, author, address):
    found = of(
        f"{text}\nIt is the fence that was promised to all of us.", Kind.ATTRIBUTION
    )
    told = [each.proposal.cross_post for each in found]
    expected = [(blog, author, address)] if blog or address else []
    assert [(each.blog, each.author, each.address) for each in told] == expected


def test_an_attribution_inside_a_comment_is_not_the_articles():
    text = (
        "The fence is up, and that is that.\n" * 4
        + "Also from Open Quay at http://q.example/"
    )
    (found,) = of(text, Kind.ATTRIBUTION)
    assert found.proposal.cross_post is None


def test_quotations_open_until_they_are_closed_and_no_further():
    opened = "“It begins here, and goes on.\nAnd on, and on.\nAnd ends.”\nIt is over, as it was to be."
    (found,) = of(opened, Kind.QUOTATION)
    assert (found.first_line, found.last_line) == (1, 3)
    anew = "“It begins here, and goes on.\n“And on, and on.\n“And ends.”\nIt is over."
    (found,) = of(anew, Kind.QUOTATION)
    assert (found.first_line, found.last_line) == (1, 3)
    for never in (
        "“It begins here, and goes on.\nAnd on, and on.\nIt is over.",
        "“It begins here, and goes on.\nand on”, he said, and left.\nIt is over.",
        "“It begins”, he said, “and ends”\nIt is over.",
        "“Yes”\nIt is over, and that is that.",
    ):
        assert not of(never, Kind.QUOTATION)


def test_an_exact_quotation_is_found_whatever_its_quotes():
    for opening, closing in ("“”", '""', "«»", "„“", "‘’"):
        text = (
            "It's the tide that “never comes back” to this side of the bay.\n"
            f"Somebody says {opening}it’s the Tide that never comes back{closing} here."
        )
        (found,) = of(text, Kind.EXACT_QUOTATION)
        assert found.proposal.quotes == Place(1)
    assert not of(
        "It is the tide and the sea.\nHe says “is the tide and” so.",
        Kind.EXACT_QUOTATION,
    )


def test_a_first_name_of_two_people_is_nobodys():
    page = (
        "Ann P says:\n3 May 2012 at 10:15\nIt is up, and that is that.\n"
        "{} says:\n3 May 2012 at 10:20\nIt is not, and you know it.\n"
        "Bob says:\n3 May 2012 at 10:30\n@Ann: you are right, as it is."
    )
    for second, answers in (("Ann Q", None), ("Cy", Place(3))):
        (address,) = of(page.format(second), Kind.ADDRESS)
        assert address.proposal.answers == answers


def test_numbers_far_apart_are_of_two_lists():
    between = "It is what it is, and it was so.\n" * 8
    text = f"1) It is up.\n{between}2) It is green.\nThat is that."
    assert not of(text, Kind.ENUMERATION)


def test_a_quotation_does_not_go_on_across_a_divider_or_a_header():
    for line in ("* * *", "Ann says:\n3 May 2012 at 10:15"):
        text = (
            f"“It begins here, and goes on.\n{line}\nAnd it ends here.”\nThat is that."
        )
        assert not of(text, Kind.QUOTATION)


def test_a_line_that_comes_twice_is_a_button_that_is_not_known():
    text = (
        "It was quiet, and it is.\nRecommandé\nIt was not quiet at all, and is not.\n"
        * 2
    )
    assert not of(text, Kind.SIGNATURE, Kind.START)


def test_no_comment_starts_inside_a_list():
    text = (
        "I see:\n1) It is up.\nAnn, you say that it is not.\n2) It is green, as it was."
    )
    assert lines_of(text, Kind.ADDRESS, Kind.START) == [3]


def test_what_stands_between_quotations_is_none():
    between = 'the “a” and the "b" of it is and of the "c" that'
    assert not of(f"It is {between}\nHe is {between} one.", Kind.EXACT_QUOTATION)
    # Items of a list may be alike.
    alike = "It is so:\n- it is the tide that is\n- it is the tide that is"
    assert not of(alike, Kind.EXACT_QUOTATION)


@pytest.mark.parametrize(
    "text",
    [
        "It is what it is, and it was so.\n\nConfiguration\n\nIt can be set in the file.",
        "It is what it is, and it was so.\nBuilding\n========\nIt can be built of wood.",
        "It is code, and it is so.\n@ordered = sort { it }\n@mkdir -p var\n@list = ( it",
    ],
)
def test_headings_and_code_are_nobody(text):
    assert not of(text, Kind.SIGNATURE, Kind.START, Kind.ADDRESS)


def test_a_quotation_of_a_known_comment_answers_it():
    text = "The fence is up, as you know.\nI like it for what it is and was.\nYou “like it for what it is and was”?"
    _lines, blocks, marks = begun(text)
    marks = with_role(marks, Place(2), Role.START)
    kinds = {each.kind: each for each in suggestions(blocks, marks)}
    assert kinds[Kind.START].first_line == 3
    marks = accepted(marks, kinds[Kind.START])
    kinds = {each.kind: each for each in suggestions(blocks, marks)}
    marks = accepted(marks, kinds[Kind.EXACT_QUOTATION])
    assert marks.paragraphs[2].facts.answers == Place(2)


def test_a_person_who_is_named_by_hand_is_spoken_to():
    text = "The fence is up.\nI like it, and that is that.\nMarl, I thought that you of all people would not."
    _lines, blocks, marks = begun(text)
    assert not [e for e in suggestions(blocks, marks) if e.kind is Kind.ADDRESS]
    marks = with_role(marks, Place(2), Role.START)
    marks = with_facts(marks, Place(2), CommentFacts(name="Marl"))
    found = [e for e in suggestions(blocks, marks) if e.kind is Kind.ADDRESS]
    assert [each.proposal.answers for each in found] == [Place(2)]


@pytest.mark.parametrize(
    "text",
    [
        "London, you are a long way off, and it is late.",
        "Heavens, you are right, and I was not.",
        "Well – you would say that, and it is not true.",
        "ann@b.example is where you can find me, and that is that.",
        "Thank God, you are here, and it is over.",
        "However, you can hear them from the lock.",
        "Marta Hale, the one who edits it, has it from the man.",
    ],
)
def test_what_is_no_name_is_not_spoken_to(text):
    assert not of(f"It is the end of the pier.\n{text}", Kind.ADDRESS, Kind.START)


def test_headings_are_no_signatures():
    text = "It was quiet, and then it was not.\n{}\nThe council will meet, and it will decide."
    for heading in (
        "Background",
        "Next Steps",
        "The Plan",
        "Related",
        "Monday",
        "Comments",
    ):
        assert not of(text.format(heading), Kind.SIGNATURE, Kind.START)
    assert lines_of(text.format("Owen"), Kind.SIGNATURE, Kind.START) == [2, 3]
    assert lines_of(text.format("– Ann P."), Kind.SIGNATURE, Kind.START) == [2, 3]
    # A postscript belongs to what it follows.
    assert lines_of(text.format("Owen\nPS. It is the truth."), Kind.START) == []
    # The source of a quotation is no signature.
    quoted = (
        "It was.\n“The sea is the sea.”\nWilfrid Arkin\nThat is what is on the wall."
    )
    assert not of(quoted, Kind.SIGNATURE)


def test_lines_below_a_name_are_no_names():
    """A letter to an editor ends in a name and a town."""
    text = "It was quiet, and it is.\nMary Tolland (Mrs)\nUpper Kell\nIt was not quiet at all."
    assert not of(text, Kind.SIGNATURE, Kind.START)


def test_a_name_before_a_date_is_no_day_of_the_week():
    text = "The fence\nFriday, 4 May 2012\nannp 04/05/2012 10:15\nIt is up.\nbob 14/05/2012 10:45\nIt is not, as you know."
    found = [(each.proposal.name, each.proposal.time) for each in of(text, Kind.HEADER)]
    # Nobody can tell the day from the month in the first.
    assert [(name, time.kind, time.since) for name, time in found] == [
        ("annp", "unknown", ""),
        ("bob", "exact", "2012-05-14T10:45"),
    ]


def test_an_hour_below_its_day_is_of_the_same_header():
    text = "3 May 2012\n10:15 AM\nIt is up, and it is green.\n4 May 2012\n9:00 PM\nIt is not, you know."
    assert [each.proposal.time.since for each in of(text, Kind.HEADER)] == [
        "2012-05-03T10:15",
        "2012-05-04T21:00",
    ]
    assert [each.proposal.comment.line for each in of(text, Kind.HEADER)] == [3, 6]


@pytest.mark.parametrize(
    ("following", "is_lost"),
    [
        ("It is what it is, and that is that.", True),
        ("and commenter Bim on 4 April:", True),
        ("“It is up.”", False),
        ("> It is up.", False),
        ("– It is up.", False),
        ("1) It is up.", False),
        ("the fence is up, and that is that.", False),
    ],
)
def test_a_quotation_is_missing_where_nothing_that_follows_may_be_one(
    following, is_lost
):
    text = f"This is the one of 4 May, from commenter Ann P:\n{following}\nThat is all of it."
    assert (1 in lines_of(text, Kind.LOST_QUOTATION)) == is_lost
    # Other words than a commenter's are not asked for.
    other = f"This is what is in the book of the town:\n{following}\nThat is all of it."
    assert 1 not in lines_of(other, Kind.LOST_QUOTATION)


def test_rows_have_one_shape_and_are_no_sentences():
    for rows in (
        "Tide 874 (47.3%)\nQuay 41 (2%)\nBay 133 (7.1%)",
        "Tide: 8\nQuay: 41\nBay: 13",
    ):
        (found,) = of(f"So it was, and it is:\n{rows}\nThat is all of it.", Kind.ROWS)
        assert (found.first_line, found.last_line) == (2, 4)
    for rows in (
        "I have 3\nAnd he has 4\nBut she has 7",
        "Tide 8\nQuay 41",
        "Home\nAbout Us\nNews",
        "2010\n2011\n2012",
    ):
        assert not of(f"So it was, and it is:\n{rows}\nThat is all of it.", Kind.ROWS)


def test_numbers_of_comments_are_no_list():
    text = (
        "1. Ann: The fence is up.\n2. Bob: It is not.\n3. Ann: It is, and you know it."
    )
    assert not of(text, Kind.ENUMERATION)
    text = "It is so:\n1) It is up.\n“It is green.”\n2) It is green, as was said."
    (found,) = of(text, Kind.ENUMERATION)
    assert (found.first_line, found.last_line) == (2, 4)


def test_what_goes_on_follows_from_what_it_goes_on_from():
    text = "The fence is up.\n1) It is up.\n2) It is green.\nWilf 88\nNan 41\nBo 12"
    _lines, blocks, marks = begun(text)
    for role, goes_on in ((Role.START, Role.MORE), (Role.ARTICLE, Role.ARTICLE)):
        decided = with_role(with_role(marks, Place(2), role), Place(4), role)
        found = {
            each.kind: each.proposal.roles for each in suggestions(blocks, decided)
        }
        assert found[Kind.ENUMERATION] == ((Place(3), goes_on),)
        assert found[Kind.ROWS] == ((Place(5), goes_on), (Place(6), goes_on))


def test_a_word_that_is_a_button_once_is_somebodys_word():
    assert not of("It is the fence.\nLike\nAnd that is that.", Kind.BUTTON)
    assert lines_of(
        "It is the fence.\nLike · Reply\nAnd that is that.", Kind.BUTTON
    ) == [2]
    assert lines_of(
        "It is the fence.\n3 replies\nReply\nThat is that.", Kind.BUTTON
    ) == [2, 3]


def _work(text):
    """Return how many instructions run for the suggestions about a text."""
    _lines, blocks, marks = begun(text)
    done = 0

    def count(*_args):
        nonlocal done
        done += 1

    monitoring = sys.monitoring
    tool = monitoring.OPTIMIZER_ID
    monitoring.use_tool_id(tool, "work")
    try:
        monitoring.register_callback(tool, monitoring.events.INSTRUCTION, count)
        monitoring.set_events(tool, monitoring.events.INSTRUCTION)
        suggestions(blocks, marks)
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    return done


@pytest.mark.parametrize(
    "text",
    [
        *(data_of(name).decode("cp1252", "replace") for name in OWN),
        "It is the tide that comes back.\n“It is the tide that comes back.”\n",
        "“It opens here and never closes\n",
        "Ann says:\n3 May 2012 10:15\nIt is, @Bob: it is.\n",
        "1) It is the tide. 2) It is.\nAnn\n",
        "@Ann: it is the tide, and it is the sea that it is.\nReply\n",
        "From: Ann\nDate: 3 May 2012\nOwen, you said that he blocked my comments.\n",
    ],
    ids=range(len(OWN) + 6),
)
def test_twice_the_text_is_twice_the_work(text):
    text = text * max(1, 8000 // len(text))
    # What is made once in a process counts for neither.
    _work(text)
    assert _work(text * 2) <= 2.5 * _work(text)
