"""What somebody with the database in hand edits is named, with the entry it denies."""

import io

import pytest
from django.core.management import CommandError, call_command

from commentarchive.actions.blogs import save_blog
from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.actions.staff import acting
from commentarchive.erasure.erase import erase
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Capture, Comment, Revision, Segment, Tombstone
from commentarchive.threads.packing import pack
from moderation.actions.decisions import Judgement, decide, undo
from moderation.models import Action, Clause, Decision
from tests.cast import with_house_rules
from tests.databases import past_the_triggers
from tests.reading_orders import undone
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def found():
    return [str(difference) for difference in reconcile()]


def edit(sql, *values):
    """Edit the database as its owner can, past the triggers and the foreign keys."""
    with past_the_triggers() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def busy(demo, alice):
    """Add decisions, an undoing and a claim to the demo."""
    by = acting(alice)
    shown = list(Comment.objects.shown().order_by("pk")[:4])
    rule = Clause.objects.filter(is_legal=False, is_spam=False).order_by("-policy")[0]
    judgement = Judgement(action=Action.REMOVE, clause=rule, facts="Beside the point.")
    decide(shown[0], judgement, by=by)
    undo(decide(shown[1], judgement, by=by), by=by, note="A mistake.")
    decide(shown[2], Judgement(action=Action.HOLD), by=by)
    decide(shown[3], Judgement(action=Action.NO_ACTION), by=by)
    claim_gap(shown[0].post, number=2, said_in=shown[3], by=by)
    return shown


def test_what_was_decided_and_claimed_is_no_difference(busy):
    assert found() == []


def test_the_demo_is_as_its_record_says(demo):
    out = io.StringIO()
    call_command("reconcile", stdout=out)
    assert "The tables are as the record says." in out.getvalue()
    assert "No checkpoint has been signed yet." in out.getvalue()


def test_the_command_names_each_difference_and_ends_with_1(busy):
    edit(
        "UPDATE commentarchive_comment SET visibility = 'published' WHERE id = %s",
        busy[0].pk,
    )
    errors = io.StringIO()
    with pytest.raises(CommandError, match="differences"):
        call_command("reconcile", stdout=io.StringIO(), stderr=errors)
    decision = busy[0].decisions.get()
    assert (
        f"entry {decision.entry_index}: comment {busy[0].ref} is published"
        in errors.getvalue()
    )


def untouched():
    """Find a published comment on which no decision stands."""
    return Comment.objects.shown().filter(decided_entry=None, replies=None).last()


def entry_of(comment):
    return comment.current_revision.capture.entry_index


def test_a_text_edited_by_sql(busy):
    one = untouched()
    text = one.current_revision.pk
    edit(
        "UPDATE commentarchive_revisiontext SET raw = raw || ' Not.' WHERE revision_id = %s",
        text,
    )
    [difference] = found()
    assert difference.startswith(
        f"entry {entry_of(one)}: the text of version 1 of {one.ref}"
    )


def test_only_what_pages_show_of_a_text_edited(busy):
    one = untouched()
    edit(
        "UPDATE commentarchive_revisiontext SET html = '<p>No.</p>' WHERE revision_id = %s",
        one.current_revision.pk,
    )
    assert any("pages show version 1" in each for each in found())


def test_a_text_gone(busy):
    one = untouched()
    edit(
        "DELETE FROM commentarchive_revisiontext WHERE revision_id = %s",
        one.current_revision.pk,
    )
    assert any(
        each == f"entry {entry_of(one)}: the text of version 1 of {one.ref} is gone"
        for each in found()
    )


def test_another_version_shown(busy):
    one, other = untouched(), busy[3]
    edit(
        "UPDATE commentarchive_comment SET current_revision_id = %s WHERE id = %s",
        other.current_revision_id,
        one.pk,
    )
    assert (
        f"entry {entry_of(one)}: comment {one.ref} shows another text than the copy"
        in found()
    )


def test_a_new_version_slipped_in(busy):
    one = untouched()
    old = one.current_revision
    edit(
        "INSERT INTO commentarchive_revision (comment_id, number, origin, commitment, fingerprint, capture_id)"
        " SELECT comment_id, 2, 'edited', commitment, fingerprint, capture_id FROM commentarchive_revision WHERE id = %s",
        old.pk,
    )
    new = Revision.objects.get(comment=one, number=2)
    edit(
        "INSERT INTO commentarchive_revisiontext (revision_id, salt, title, byline, raw, form, html, plain, cleaner)"
        " SELECT %s, salt, title, byline, raw, form, html, plain, cleaner FROM commentarchive_revisiontext WHERE revision_id = %s",
        new.pk,
        old.pk,
    )
    assert f"no entry: no copy held version 2 of {one.ref}" in found()


def test_a_state_flipped_without_a_decision(busy):
    one = untouched()
    edit(
        "UPDATE commentarchive_comment SET visibility = 'trashed' WHERE id = %s", one.pk
    )
    assert (
        f"entry {entry_of(one)}: comment {one.ref} is trashed; in the copy it was published"
        in found()
    )


def test_a_decision_undone_by_sql(busy):
    index = busy[0].decisions.get().entry_index
    edit(
        "UPDATE commentarchive_comment SET visibility = 'published', decided_entry = NULL WHERE id = %s",
        busy[0].pk,
    )
    edit("DELETE FROM commentarchive_tombstone WHERE comment_id = %s", busy[0].pk)
    assert f"entry {index}: comment {busy[0].ref} does not know of it" in found()


def test_a_row_that_nobody_logged(busy):
    one = untouched()
    edit(
        "INSERT INTO commentarchive_comment (ref, post_id, scheme, source_id, twin, kind, commenter_id, printed_at,"
        " position, depth, visibility, source_state, source_parent)"
        " SELECT %s, post_id, scheme, 'ghost', 0, kind, commenter_id, '', 999, 0, visibility, '', ''"
        " FROM commentarchive_comment WHERE id = %s",
        "c" + "a" * 26,
        one.pk,
    )
    assert f"no entry: no copy held comment c{'a' * 26}" in found()


def test_a_logged_row_gone(busy):
    decision = busy[0].decisions.get()
    edit("DELETE FROM moderation_decisionwords WHERE decision_id = %s", decision.pk)
    assert (
        f"entry {decision.entry_index}: the words of its decision are gone" in found()
    )
    edit("DELETE FROM moderation_factsword WHERE decision_id = %s", decision.pk)
    edit("DELETE FROM moderation_decision WHERE id = %s", decision.pk)
    assert (
        f"entry {decision.entry_index}: the decision it speaks of is not there"
        in found()
    )


@pytest.mark.django_db(transaction=True)
def test_a_comment_gone(busy):
    one = untouched()
    edit("DELETE FROM commentarchive_comment WHERE id = %s", one.pk)
    assert f"entry {entry_of(one)}: a comment of it is gone" in found()


def test_an_opening_that_does_not_open_and_one_gone(busy):
    index = busy[0].decisions.get().entry_index
    other = busy[1].decisions.first().entry_index
    edit(
        "UPDATE ledger_opening SET disclosure = %s WHERE entry_id = %s AND field = 'facts'",
        "WyJhIiwiZmFjdHMiLCJiIl0",
        index,
    )
    edit("DELETE FROM ledger_opening WHERE entry_id = %s AND field = 'note'", other)
    told = found()
    assert f"entry {index}: what opens its facts does not fit it" in told
    assert (
        f"entry {other}: what opens its note is gone, and no erasure is on record"
        in told
    )


def test_an_import_whose_root_no_longer_matches(busy):
    capture = Capture.objects.first()
    edit(
        "UPDATE commentarchive_capture SET root = %s WHERE id = %s",
        "A" * 43,
        capture.pk,
    )
    told = found()
    assert (
        f"entry {capture.entry_index}: the root of copy {capture.ref} is another"
        in told
    )
    assert (
        f"entry {capture.entry_index}: what is stored of copy {capture.ref} does not lead to its root"
        in told
    )


def test_a_notice_of_an_import_gone_and_one_that_differs(busy):
    notices = Tombstone.objects.filter(
        opened_capture__isnull=False, comment__decided_entry=None
    )
    one, other = notices[:2]
    edit("DELETE FROM commentarchive_tombstone WHERE id = %s", one.pk)
    edit("UPDATE commentarchive_tombstone SET kind = 'blocked' WHERE id = %s", other.pk)
    told = found()
    index = one.opened_capture.entry_index
    assert (
        f"entry {index}: the notice that it opened on comment {one.comment.ref} is gone"
        in told
    )
    index = other.opened_capture.entry_index
    assert (
        f"entry {index}: a notice of comment {other.comment.ref} says blocked; its copy does not"
        in told
    )


def test_an_import_left_unfinished(busy):
    capture = Capture.objects.first()
    edit(
        "UPDATE commentarchive_capture SET state = 'reading' WHERE id = %s", capture.pk
    )
    assert f"no entry: the import of copy {capture.ref} was left unfinished" in found()


DECISION_COLUMNS = (
    ("moderation_decision", "action", "'block'"),
    ("moderation_decision", "decided_by_role", "'owner'"),
    ("moderation_decision", "from_visibility", "'held'"),
    ("moderation_decision", "to_visibility", "'spam'"),
    ("moderation_decision", "grade", "'imported'"),
    ("moderation_decision", "decided_at", "'2012-01-01 00:00:00+00:00'"),
    ("moderation_decision", "recorded_at", "'2012-01-01 00:00:00+00:00'"),
    ("moderation_decision", "clause_id", "NULL"),
    ("moderation_decision", "judged_id", "NULL"),
    ("moderation_decision", "shown_id", "judged_id"),
    ("moderation_decision", "recorder_role", "'owner'"),
    ("moderation_decision", "batch", "'eaaaaaaaaaaaaaaaaaaaaaaaaa'"),
    ("moderation_decision", "override", "'took_part'"),
    ("moderation_decision", "automatic_rule", "3"),
    ("moderation_decision", "post_id", "(SELECT max(id) FROM commentarchive_post)"),
    (
        "moderation_decision",
        "comment_id",
        "(SELECT max(id) FROM commentarchive_comment)",
    ),
    ("moderation_decision", "ref", "'daaaaaaaaaaaaaaaaaaaaaaaaaa'"),
    ("moderation_decision", "decided_by", "'the owner'"),
    ("moderation_decisionwords", "facts", "'Something else.'"),
    ("moderation_decisionwords", "note", "'Something else.'"),
    ("moderation_decisionwords", "override_reason", "'Something else.'"),
    ("moderation_decisionwords", "number", "2"),
    ("commentarchive_tombstone", "actor_label", "'the owner'"),
    ("commentarchive_tombstone", "clause_label", "'rule 9, Whim'"),
    ("commentarchive_tombstone", "statement_path", "'/'"),
    ("commentarchive_tombstone", "since_not_before", "NULL"),
    ("commentarchive_tombstone", "is_open", "1 = 0"),
    ("commentarchive_tombstone", "opened_entry", "3"),
    ("commentarchive_tombstone", "grade", "'claimed'"),
)


@pytest.fixture
def decided(tmp_path, alice):
    """Decide one of a few comments: each edit is looked for in all there is."""
    load(tmp_path, item(comment(1), comment(2)), item(comment(3), number=2))
    by = with_house_rules(alice)
    rule = Clause.objects.filter(is_legal=False, is_spam=False)[0]
    judgement = Judgement(action=Action.REMOVE, clause=rule, facts="Beside the point.")
    return decide(Comment.objects.get(source_id="1"), judgement, by=by)


@pytest.mark.once
def test_every_column_of_a_decision_and_its_notice(decided):
    decision = decided
    where = {
        "moderation_decision": f"id = {decision.pk}",
        "moderation_decisionwords": f"decision_id = {decision.pk}",
        "commentarchive_tombstone": f"opened_entry = {decision.entry_index}",
    }
    for table, column, value in DECISION_COLUMNS:
        values = f"{column} = {value}"
        if column == "decided_at":
            values = f"decided_at = {value}, recorded_at = {value}"
        elif column == "automatic_rule":
            values += ", automatic_rules = 'raaaaaaaaaaaaaaaaaaaaaaaaaa'"
        elif column == "recorded_at":
            values = f"grade = 'imported', recorded_at = {value}"
        with undone():
            edit(f"UPDATE {table} SET {values} WHERE {where[table]}")
            told = found()
            start = f"entry {decision.entry_index}:"
            assert any(each.startswith(start) for each in told), (column, told)
    assert found() == []


# Each in a table of its own, and in words of its own.
OTHER_ROWS = (
    (
        "UPDATE commentarchive_commentername SET name = 'Somebody Else'",
        "the name or link of n",
    ),
    ("UPDATE commentarchive_gap SET at_least = 1", "the at_least of g"),
    (
        "UPDATE commentarchive_post SET status = 'draft'",
        "is not as its last copy held it",
    ),
    (
        "UPDATE moderation_clause SET text = 'Anything goes.'",
        "a rule is not as it was published",
    ),
    (
        "UPDATE moderation_policyversion SET number = number + 7",
        "has another number or date",
    ),
    ("DELETE FROM auth_user_groups", "has no role; the record gives moderator"),
    (
        "UPDATE commentarchive_capture SET sha256 = 'b' WHERE id = 1",
        "the bytes_sha256 of copy k",
    ),
    (
        "UPDATE commentarchive_capturefile SET name = 'other.xml' WHERE capture_id = 1",
        "the file_name of copy k",
    ),
    (
        "UPDATE commentarchive_blog SET visibility = 'staff'",
        "is staff; the record says",
    ),
    (
        "UPDATE commentarchive_tombstone SET shows_name = (1 = 1) "
        "WHERE kind = 'withheld'",
        "shows a name that readers must not see",
    ),
)
PLACES = (
    (
        "UPDATE commentarchive_comment SET parent_id = NULL",
        "answers another than in the copy",
    ),
    (
        "UPDATE commentarchive_comment SET position = position + 1",
        "stands at another place",
    ),
    ("DELETE FROM commentarchive_segment", ""),
)


@pytest.mark.once
def test_other_rows(busy):
    with undone():
        for sql, _told in OTHER_ROWS:
            edit(sql)
        differences = found()
    for sql, told in OTHER_ROWS:
        assert any(told in each for each in differences), (sql, differences)


@pytest.mark.once
def test_answers_places_and_pages(busy):
    for sql, told in PLACES:
        with undone():
            edit(sql)
            differences = found()
            named = any(told in each for each in differences)
            assert named if told else not differences, (sql, differences)


def test_a_date_that_puts_a_comment_behind_a_later_one(busy):
    edit("DELETE FROM commentarchive_segment")
    first = Comment.objects.filter(parent=None, depth=0, position=0).first()
    others = Comment.objects.filter(post=first.post, depth=0).exclude(pk=first.pk)
    assert others.exclude(posted_at=None).exists()
    edit(
        "UPDATE commentarchive_comment SET posted_at = '2037-01-01 00:00:00+00:00' "
        "WHERE id = %s",
        first.pk,
    )
    assert any(f"stands after a later one, {first.ref}" in each for each in found())


def test_a_blog_that_was_shown_on_record_is_no_difference(busy):
    blog = busy[0].post.blog
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    assert found() == []
    edit("UPDATE commentarchive_blog SET visibility = 'public' WHERE id = %s", blog.pk)
    assert any("is public; the record says staff" in each for each in found())


def test_a_stored_page_that_says_something_else(busy):
    page = Segment.objects.first()
    table = "UPDATE commentarchive_segment"
    edit(f"{table} SET hidden = hidden + 1 WHERE id = %s", page.pk)
    assert any("says something else than its comments" in each for each in found())
    edit(f"{table} SET hidden = hidden - 1 WHERE id = %s", page.pk)
    assert found() == []
    packed, crc, size = pack(b"<ol><li>Nothing was said.</li></ol>")
    changes = "packed = %s, crc = %s, size = %s"
    edit(f"{table} SET {changes} WHERE id = %s", packed, crc, size, page.pk)
    assert any("says something else than its comments" in each for each in found())


def test_a_faulty_record_is_named_and_the_rest_still_compared(busy):
    last = Entry.objects.order_by("-index").first()
    edit('UPDATE ledger_entry SET leaf = %s WHERE "index" = %s', b"{", last.index)
    told = found()
    assert f"entry {last.index}: its bytes do not have its hash" in told


@pytest.mark.django_db(transaction=True)
def test_reads_one_moment_while_others_write(busy, alice):
    """A decision between two reads is no difference."""
    differences = reconcile()
    edit("UPDATE commentarchive_capture SET root = %s", "A" * 43)
    first = next(differences)
    assert "is another" in str(first)
    differences.close()
    decide(busy[1], Judgement(action=Action.HOLD), by=acting(alice))
    assert Decision.objects.filter(comment=busy[1]).count() == 3


NOTICE_COLUMNS = (
    ("actor_label", "'moderator Anna'"),
    ("clause_label", "'rule 9, libel'"),
    ("statement_path", "'/'"),
    ("grade", "'claimed'"),
    ("since_not_after", "'2012-01-01 00:00:00+00:00'"),
)


@pytest.mark.once
def test_every_column_of_notices_without_a_decision(busy):
    erase(busy[3], basis="legal")
    imported = Tombstone.objects.filter(opened_capture__isnull=False).first()
    erased = Tombstone.objects.get(kind="erased")
    assert found() == []
    of = {imported: imported.opened_capture.entry_index, erased: erased.opened_entry}
    for column, value in NOTICE_COLUMNS:
        with undone():
            for notice in of:
                name = column
                if notice == erased and column == "since_not_after":
                    name = "since_not_before"
                edit(
                    f"UPDATE commentarchive_tombstone SET {name} = {value} WHERE id = {notice.pk}"
                )
            told = found()
        for index in of.values():
            assert any(
                each.startswith(f"entry {index}: ") and "says more than it did" in each
                for each in told
            ), (column, told)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE commentarchive_manifest SET packed = %s", "does not lead to its root"),
        (
            "UPDATE commentarchive_segment SET packed = %s",
            "says something else than its comments",
        ),
    ],
)
def test_a_damaged_row_ends_nothing(busy, sql, told):
    edit(sql, b"x")
    assert told in " ".join(found())


def test_another_key_and_a_depth_that_is_none(busy, settings, tmp_path):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    assert found() == []
    edit("UPDATE ledger_logkey SET vkey = 'x'")
    edit("UPDATE commentarchive_comment SET depth = 7 WHERE id = %s", untouched().pk)
    edit("UPDATE commentarchive_revision SET origin = 'redacted'")
    told = " ".join(found())
    assert "the key it announced is another" in told
    assert "its checkpoint is not valid" in told
    assert "stands at another place" in told


@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_resumed_after_another_is_no_difference(
    tmp_path, monkeypatch
):
    from commentarchive.intake import file_session

    first = (
        item(comment(1, "First.", approved="0"), comment(2, "Two.")),
        item(comment(3, "x"), number=2),
    )

    def dies(_run):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(file_session.FileSession, "close", dies)
        with pytest.raises(KeyboardInterrupt):
            load(tmp_path, *first)
    [told] = found()
    assert "was left unfinished" in told
    load(tmp_path, item(comment(1, "First.", approved="0")), name="second.xml")
    [told] = found()
    assert "was left unfinished" in told
    load(tmp_path, *first)
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_an_article_that_two_imports_changed_at_once_is_no_difference(
    tmp_path, monkeypatch
):
    from commentarchive.intake import file_session

    first = (item(comment(1), title="One"), item(comment(3), number=2))

    def dies(_run):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(file_session.FileSession, "close", dies)
        with pytest.raises(KeyboardInterrupt):
            load(tmp_path, *first)
    load(
        tmp_path, item(comment(1), title="Another", status="private"), name="second.xml"
    )
    load(tmp_path, *first)
    assert found() == []


def test_an_opening_of_what_was_never_committed_to(busy):
    edit(
        "INSERT INTO ledger_opening (entry_id, field, disclosure)"
        " VALUES (1, 'motive', 'x')"
    )
    assert found() == ["entry 1: it never committed to a motive, and one is kept"]
