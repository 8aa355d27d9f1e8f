"""Logs of plugins, in the shapes that the plugins write, read without a database."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.importers.parsed import Unreadable
from moderation.plugin_logs.php import flat_array
from moderation.plugin_logs.reader import read_log
from moderation.plugin_logs.stream import parse_date
from moderation.plugin_logs.told import Deed, Doer
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure
LONDON = ZoneInfo("Europe/London")
LABELS = "Date,Summary,User,User ID,Connector,Context,Object ID,Action,IP Address"


def stream_csv(*rows, labels=LABELS):
    return "\n".join([labels, *rows, ""]).encode()


def row(action, number="7", *, summary="Somebody’s comment", user_id="3", more=""):
    return (
        f'"2012/05/03 10:22:11 PM BST","{summary}",Nell,{user_id},comments,post,'
        f"{number},{action},192.0.2.1{more}"
    )


def event(key, number="7", **values):
    context = {
        "comment_ID": number,
        "comment_post_ID": "1",
        **values.pop("context", {}),
    }
    return {
        "id": "12",
        "logger": "SimpleCommentsLogger",
        "level": "info",
        "date": "2012-05-03 21:22:11",
        "message": "…",
        "initiator": "wp_user",
        "context_message_key": key,
        "context": context,
        **values,
    }


def noted(**notes):
    return "".join(
        f"<wp:commentmeta><wp:meta_key>{key.partition('__')[0]}</wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:commentmeta>"
        for key, value in notes.items()
    )


def history(kind, user="", at="1336080131.5"):
    return (
        f's:4:"time";d:{at};s:5:"event";s:{len(kind)}:"{kind}";'
        f's:4:"user";s:{len(user)}:"{user}";'
    )


def wxr(state, notes):
    one = comment(7, approved=state).replace("</wp:comment>", f"{notes}</wp:comment>")
    return export(item(one))


def told(folder, data):
    return read_log(write(folder, data, "log"), LONDON)


@pytest.mark.parametrize(
    ("action", "deed"),
    [
        *[("approved", Deed.APPROVED), ("unapproved", Deed.HELD)],
        *[("spammed", Deed.SPAM), ("unspammed", Deed.RETURNED)],
        *[("trashed", Deed.TRASHED), ("untrashed", Deed.RETURNED)],
        ("deleted", Deed.DELETED),
    ],
)
def test_stream_in_both_its_forms(tmp_path, action, deed):
    from_csv = told(tmp_path, stream_csv(row(action)))
    record = {
        "date": "2012/05/03 10:22:11 PM BST",
        "summary": "…",
        "user": "Nell",
        "user_id": 3,
        "connector": "comments",
        "context": "post",
        "object_id": 7,
        "action": action,
        "ip": "192.0.2.1",
    }
    from_json = told(tmp_path, json.dumps([record]).encode())
    for log in (from_csv, from_json):
        [line] = log.told
        assert (line.comment_id, line.deed, line.doer) == ("7", deed, Doer.PERSON)
        assert line.at == datetime(2012, 5, 3, 21, 22, 11, tzinfo=UTC)
        assert log.unused == []
    assert from_csv.told[0].place == "line 2"
    assert from_json.told[0].place == "line 1, byte 1"


def test_what_stream_tells_of_other_things_is_counted_and_the_unknown_is_named(
    tmp_path,
):
    log = told(
        tmp_path,
        stream_csv(
            row("created"),
            row("approved").replace(",comments,", ",posts,"),
            row("moved"),
            row("trashed", "0"),
            row("trashed", "８"),
            row("trashed", more=",1"),
            "too,few",
        ),
    )
    assert log.other_lines == 2
    assert [line.place for line in log.told] == ["line 7"]
    assert [(each.place, each.reason) for each in log.unused] == [
        ("line 4", "an action that is not known here"),
        ("line 5", "it does not name the comment by its number"),
        ("line 6", "it does not name the comment by its number"),
        ("line 8", "it has another number of columns than its log"),
    ]


def test_a_table_as_php_writes_it(tmp_path):
    """Quotation marks after a backslash are not doubled, and lines break in cells."""
    odd = row("spammed", summary=r"Nell’s \"comment\"" + "\non two lines")
    log = told(tmp_path, b"\xef\xbb\xbf" + stream_csv(odd, row("trashed", "8")))
    assert [(line.place, line.comment_id) for line in log.told] == [
        ("line 2", "7"),
        ("line 4", "8"),
    ]


def test_who_did_it(tmp_path):
    log = told(
        tmp_path,
        stream_csv(
            row("spammed", summary="New comment … as spam by Akismet"),
            row("trashed", user_id="0"),
            row("trashed", user_id=""),
        ),
    )
    assert [line.doer for line in log.told] == [
        Doer.PROGRAM,
        Doer.UNKNOWN,
        Doer.UNKNOWN,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012/05/03 10:22:11 PM BST", "2012-05-03T21:22:11+00:00"),
        ("2012/05/03 12:22:11 AM", "2012-05-02T23:22:11+00:00"),
        ("2012/05/03 10:22:11 PM +02:00", "2012-05-03T20:22:11+00:00"),
        ("2012/05/03 10:22:11 PM -0330", "2012-05-04T01:52:11+00:00"),
        ("2012/05/03 10:22:11 PM +05", "2012-05-03T17:22:11+00:00"),
        ("2012/05/03 10:22:11 PM UTC", "2012-05-03T22:22:11+00:00"),
        # Clocks went back at two: the abbreviation tells which hour it was.
        ("2012/10/28 01:30:00 AM BST", "2012-10-28T00:30:00+00:00"),
        ("2012/10/28 01:30:00 AM GMT", "2012-10-28T01:30:00+00:00"),
        ("2012/10/28 01:30:00 AM", None),
        # The blog had another zone then: this one has no such hour.
        ("2012/05/03 10:22:11 PM CET", None),
        *[("2012/02/30 10:22:11 PM BST", None), ("3 May 2012", None), ("", None)],
    ],
)
def test_times_on_the_blogs_clock(text, expected):
    found = parse_date(text, LONDON)
    assert (found and found.isoformat()) == expected


def test_a_line_without_a_time_is_told_without_one(tmp_path):
    log = told(
        tmp_path, stream_csv(row("trashed"), row("spammed").replace("BST", "CET"))
    )
    assert [line.at is None for line in log.told] == [False, True]
    assert [each.place for each in log.unused] == ["line 3"]


@pytest.mark.parametrize(
    ("key", "deed"),
    [
        *[
            ("comment_status_approve", Deed.APPROVED),
            ("comment_status_hold", Deed.HELD),
        ],
        *[("trackback_status_spam", Deed.SPAM), ("comment_status_trash", Deed.TRASHED)],
        *[("pingback_untrashed", Deed.RETURNED), ("comment_deleted", Deed.DELETED)],
    ],
)
def test_simple_history(tmp_path, key, deed):
    log = told(tmp_path, json.dumps([event(key)]).encode())
    [line] = log.told
    assert (line.comment_id, line.article_id) == ("7", "1")
    assert (line.deed, line.doer) == (deed, Doer.PERSON)
    assert line.at == datetime(2012, 5, 3, 21, 22, 11, tzinfo=UTC)


def test_simple_history_tells_how_a_comment_arrived(tmp_path):
    found = event(
        "anon_comment_added", initiator="web_user", context={"comment_approved": "0"}
    )
    [line] = told(tmp_path, json.dumps([found]).encode()).told
    assert (line.deed, line.was, line.doer) == (Deed.ARRIVED, Deed.HELD, Doer.UNKNOWN)


def test_simple_historys_table_is_listed_line_by_line(tmp_path):
    labels = "Date (UTC),Date (local),Logger,Level,Initiator,Message Key,a,b,c,d,e,f"
    line = (
        "2012-05-03 21:22:11,2012-05-03 22:22:11,SimpleCommentsLogger,info,wp_user,"
        '{key},nell@mail.example,nell,editor,"Nell","Trashed a comment",1'
    )
    rows = [line.format(key="comment_status_trash"), line.format(key="comment_edited")]
    for text, place in (([labels, *rows], "line 2"), (rows, "line 1")):
        log = told(tmp_path, "\n".join(text).encode())
        assert log.told == []
        assert log.other_lines == 1
        [remark] = log.unused
        assert (remark.place, "export the log as JSON" in remark.reason) == (
            place,
            True,
        )


def test_the_notes_of_an_export(tmp_path):
    notes = noted(_wp_trash_meta_status="1", _wp_trash_meta_time="1336080131")
    [line] = told(tmp_path, wxr("trash", notes)).told
    assert (line.comment_id, line.article_id) == ("7", "1")
    assert (line.deed, line.was, line.doer) == (
        Deed.TRASHED,
        Deed.APPROVED,
        Doer.UNKNOWN,
    )
    assert line.at == datetime(2012, 5, 3, 21, 22, 11, tzinfo=UTC)
    [spam] = told(tmp_path, wxr("spam", notes.replace("[1]", "[0]"))).told
    assert (spam.deed, spam.was) == (Deed.SPAM, Deed.HELD)
    left_over = told(tmp_path, wxr("1", notes))
    assert left_over.told == []
    assert "shows it otherwise" in left_over.unused[0].reason


@pytest.mark.parametrize("time", ["", "0", "soon", "1e99", "nan", "-5"])
def test_a_note_with_no_time(tmp_path, time):
    notes = noted(_wp_trash_meta_status="1", _wp_trash_meta_time=time)
    log = told(tmp_path, wxr("trash", notes))
    assert [line.at for line in log.told] == [None]
    assert len(log.unused) == 1


def test_akismets_history(tmp_path):
    events = {
        "akismet_history__1": f"a:3:{{{history('check-spam')}}}",
        "akismet_history__2": f"a:3:{{{history('status-approved', 'ed')}}}",
        "akismet_history__3": f"a:3:{{{history('check-ham')}}}",
        # A later form nests what it knows more of.
        "akismet_history__4": (
            f"a:4:{{{history('report-spam', 'ed')}"
            's:4:"meta";a:1:{s:5:"event";s:3:"xyz";}}'
        ),
        "akismet_history__5": f"a:3:{{{history('status-trash')}}}",
        "akismet_history__6": "a:1:{s:4:",
    }
    log = told(tmp_path, wxr("1", noted(**events)))
    assert [(line.deed, line.doer) for line in log.told] == [
        (Deed.SPAM, Doer.PROGRAM),
        (Deed.APPROVED, Doer.PERSON),
        (Deed.SPAM, Doer.PERSON),
        (Deed.TRASHED, Doer.UNKNOWN),
    ]
    assert log.other_lines == 1
    [remark] = log.unused
    assert "Akismet’s history" in remark.reason


@pytest.mark.parametrize(
    "data",
    [
        *[b"", b"{}", b"[]", b"[1]", b'[{"a": 1}]', b"a,b\nc,d\n", b"\0\1\2"],
        *[b"<html></html>", b'[{"connector": "comments"}, {"logger": "x"}]'],
        stream_csv(),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, data):
    with pytest.raises(Unreadable, match="no log that is known here"):
        told(tmp_path, data)


def test_a_bad_byte_costs_a_byte(tmp_path):
    data = stream_csv(row("trashed"), row("spammed", "8"))
    log = told(tmp_path, data.replace(b"Nell", b"N\xe9ll", 1))
    assert [line.comment_id for line in log.told] == ["7", "8"]
    cut = json.dumps([event("comment_deleted"), event("comment_untrashed")]).encode()
    log = told(tmp_path, cut[:-10])
    assert [line.deed for line in log.told] == [Deed.DELETED]
    assert "cut" in log.unused[0].reason


def php(value):
    if isinstance(value, dict):
        inner = "".join(php(key) + php(each) for key, each in value.items())
        return f"a:{len(value)}:{{{inner}}}"
    if isinstance(value, int):
        return f"i:{value};"
    return f's:{len(value.encode())}:"{value}";'


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_values = st.one_of(_texts, st.integers(-999, 999))
_nested = st.recursive(
    _values, lambda inner: st.dictionaries(_texts, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(_texts, _nested, max_size=5))
def test_arrays_of_php(value):
    flat = {key: f"{each}" for key, each in value.items() if not isinstance(each, dict)}
    assert flat_array(php(value)) == flat


@given(
    st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))
)
def test_nothing_else_is_taken_for_an_array(text):
    try:
        flat_array(text)
    except ValueError:
        return
    assert text.strip().startswith("a:")
