import csv
import io
import re

import pytest
from django.test import Client

from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment
from commentarchive.spreadsheets import csv_lines
from moderation.models import ClauseDraft, Decision, PolicyVersion

pytestmark = pytest.mark.django_db


def form_of(desk, comment, **values):
    """Fill the card's form as a moderator would."""
    body = desk.get(f"/moderation/desk/comments/{comment.ref}/").content.decode()
    hidden = dict(re.findall(r'name="(seen_\w+)"(?: value="([^"]*)")?', body))
    clause = PolicyVersion.objects.newest_first()[0].clauses.get(number=2)
    return {
        **hidden,
        "action": "remove",
        "clause": clause.pk,
        "facts": "Rude to a neighbour.",
        **values,
    }


def decide(desk, comment, data):
    return desk.post(f"/moderation/desk/comments/{comment.ref}/decide/", data)


@pytest.fixture
def shown(demo):
    return Comment.objects.get(source_id="1010")


def test_the_queue_shows_what_waits_and_finds_any_comment(demo, desk, shown):
    body = desk.get("/moderation/desk/").content.decode()
    assert "Waiting: 2" in body
    for address in (shown.ref, f"https://x.example/comments/{shown.ref}/in-thread/"):
        answer = desk.get("/moderation/desk/", {"address": address})
        assert answer["Location"].endswith(f"/comments/{shown.ref}/")
    body = desk.get("/moderation/desk/", {"address": "nonsense"}).content.decode()
    assert "No comment here has that address" in body


def test_takes_a_comment_down_from_form_to_report(demo, desk, shown):
    answer = decide(desk, shown, form_of(desk, shown))
    assert answer.status_code == 302
    decision = Decision.objects.newest_first()[0]
    public = Client()
    page = public.get(shown.post.get_absolute_url()).content.decode()
    assert decision.get_absolute_url() in page
    assert "Rude to a neighbour." in public.get("/moderation/log/").content.decode()
    rows = list(
        csv.DictReader(
            io.StringIO(
                b"".join(public.get("/moderation/log.csv").streaming_content).decode()
            )
        )
    )
    assert rows[0]["facts"] == "Rude to a neighbour."
    assert rows[0]["record_no"] == str(decision.entry_index)
    month = decision.decided_at.strftime("%Y-%m")
    report = public.get(f"/moderation/reports/{month}/").content.decode()
    assert "Rule 2, Abuse" in report
    assert list(reconcile()) == []


def test_says_what_the_facts_may_not_repeat(demo, desk, shown):
    words = shown.current_revision.text.plain.split()[:6]
    data = form_of(desk, shown, facts=f"He said {' '.join(words)}.")
    answer = decide(desk, shown, data)
    assert answer.status_code == 422
    assert "<mark>" in answer.content.decode()


def test_of_two_cards_the_second_sees_the_winner(demo, desk, shown):
    first, second = form_of(desk, shown), form_of(desk, shown, action="hold")
    assert decide(desk, shown, first).status_code == 302
    answer = decide(desk, shown, second)
    assert answer.status_code == 409
    assert "Somebody else has decided meanwhile" in answer.content.decode()
    assert shown.decisions.count() == 1


def test_a_stale_text_is_said(demo, desk, shown):
    data = form_of(desk, shown, seen_revision="0")
    answer = decide(desk, shown, data)
    assert answer.status_code == 409
    assert "The text has changed since you looked" in answer.content.decode()


def test_undoes(demo, desk, shown):
    decide(desk, shown, form_of(desk, shown))
    decision = shown.decisions.get()
    desk.post(f"/moderation/desk/decisions/{decision.ref}/undo/")
    shown.refresh_from_db()
    assert shown.visibility == "published"
    body = Client().get(decision.get_absolute_url()).content.decode()
    assert "this decision was undone" in body


def test_enters_a_decision_of_the_blogs_own_records(demo, desk, shown):
    old = PolicyVersion.objects.get(number=1).clauses.get(number=2)
    data = form_of(
        desk,
        shown,
        clause=old.pk,
        known_from="the blogger’s notebook",
        decided_at="2012-03-06T10:00",
        decided_by_role="owner",
    )
    address = f"/moderation/desk/comments/{shown.ref}/record/"
    assert desk.get(address).status_code == 200
    assert desk.post(f"{address}enter/", data).status_code == 302
    decision = shown.decisions.get()
    assert (decision.grade, decision.decided_by) == (
        "imported",
        "the owner of the blog",
    )
    assert decision.decided_at.isoformat() == "2012-03-06T10:00:00+00:00"


def test_a_decision_of_their_own_records_may_have_no_date(demo, desk, shown):
    told = {"action": "no_action", "known_from": "a note", "decided_by_role": "owner"}
    data = form_of(desk, shown, **told, clause="", decided_at="")
    address = f"/moderation/desk/comments/{shown.ref}/record/enter/"
    assert desk.post(address, data).status_code == 302
    assert shown.decisions.get().decided_at is None


def test_a_rule_that_was_not_in_force_cannot_be_cited(demo, desk, shown):
    old = PolicyVersion.objects.get(number=1).clauses.get(number=2)
    answer = decide(desk, shown, form_of(desk, shown, clause=old.pk))
    assert answer.status_code == 422
    assert "not in force" in answer.content.decode()


def test_filters_the_log(demo):
    def count(query, status=200):
        answer = Client().get("/moderation/log/", query)
        assert answer.status_code == status
        body = answer.content.decode()
        return int(re.search(r"<caption>\s*(\d+) decision", body)[1])

    everything = count({})
    assert everything == Decision.objects.count()
    assert count({"action": "approve"}) == 3
    assert count({"rule": "4", "blog": "lantern-example"}) == 3
    assert count({"since": "2012-04-01", "until": "2012-04-30"}) == 6
    assert count({"since": "no date"}, status=400) == 0


def test_cells_of_a_table_are_no_formulas():
    lines = list(csv_lines(["a"], [["=1+1"], ["\t=1"], ["＝1"], ["plain"], [' "=2']]))
    cells = [row[0] for row in csv.reader(io.StringIO("".join(lines)))]
    assert cells == ["a", "'=1+1", "'\t=1", "'＝1", "plain", "' \"=2"]


def test_the_owner_starts_and_publishes_rules(olive):
    client = Client()
    client.force_login(olive)
    client.post("/moderation/desk/policy/start/")
    assert ClauseDraft.objects.count() == 8
    assert client.post("/moderation/desk/policy/publish/").status_code == 302
    assert client.post("/moderation/desk/policy/publish/").status_code == 422
    body = Client().get("/moderation/policy/1/").content.decode()
    assert "Personal details" in body
    assert Client().get("/moderation/policy/99999999999/").status_code == 404


def test_roles_given_in_the_back_office_are_on_record(olive, charlie):
    client = Client()
    client.force_login(olive)
    address = f"/admin/auth/user/{charlie.pk}/change/"
    data = {
        "username": "charlie",
        "is_active": "on",
        "is_staff": "on",
        "roles": ["moderator"],
        "handle": "carl",
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.content
    assert charlie.actor_link.actor.handle == "carl"
    client.post(address, {**data, "roles": []})
    events = Entry.objects.filter(subject=charlie.actor_link.actor.ref).order_by(
        "index"
    )
    assert [entry.event for entry in events] == ["staff.grant", "staff.revoke"]


def test_the_first_login_gives_itself_a_role_and_cannot_act_before(demo, shown):
    from django.contrib.auth.models import User

    first = User.objects.create_superuser("first", password="password")
    client = Client()
    client.force_login(first)
    assert decide(client, shown, form_of(client, shown)).status_code == 403
    assert not shown.decisions.exists()
    data = {
        "username": "first",
        "is_active": "on",
        "is_staff": "on",
        "roles": ["owner"],
        "handle": "first",
    }
    assert client.post(f"/admin/auth/user/{first.pk}/change/", data).status_code == 302
    assert decide(client, shown, form_of(client, shown)).status_code == 302


def test_the_back_office_opens_and_facts_are_read_only(demo, olive):
    client = Client()
    client.force_login(olive)
    for address in (
        "/admin/",
        "/admin/commentarchive/comment/",
        "/admin/commentarchive/blog/",
        "/admin/ledger/entry/",
        "/admin/ledger/entry/1/change/",
        "/admin/moderation/decision/",
        "/admin/moderation/clausedraft/",
        "/admin/auth/user/",
    ):
        assert client.get(address).status_code == 200, address
    comment = Comment.objects.first()
    answer = client.post(f"/admin/commentarchive/comment/{comment.pk}/change/", {})
    assert answer.status_code == 403
    blog = Blog.objects.first()
    assert (
        client.get(f"/admin/commentarchive/blog/{blog.pk}/change/").status_code == 200
    )


def test_the_owner_edits_the_draft_in_the_back_office(demo, olive):
    client = Client()
    client.force_login(olive)
    rule = ClauseDraft.objects.get(number=8)
    data = {
        "number": 8,
        "title": "Other",
        "text": "Anything else.",
        "ready_sentences": "",
    }
    address = f"/admin/moderation/clausedraft/{rule.pk}"
    assert client.post(f"{address}/change/", data).status_code == 302
    assert ClauseDraft.objects.get(number=8).text == "Anything else."
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 302
    assert not ClauseDraft.objects.filter(number=8).exists()


def test_staff_read_a_draft_in_the_back_office_and_nobody_else_does(tmp_path, desk):
    from commentarchive.models import Post
    from tests.wxr import item, load

    load(tmp_path, item(status="draft", body="Not yet for readers"))
    post = Post.objects.get()
    assert Client().get(post.get_absolute_url()).status_code == 404
    body = desk.get(f"/admin/commentarchive/post/{post.pk}/change/").content.decode()
    assert "Not yet for readers" in body


def test_the_owner_only_sees_private_addresses(alice, olive):
    assert not alice.has_perm("commentarchive.view_privateaddress")
    assert olive.has_perm("commentarchive.view_privateaddress")


def test_the_demo_loads_once(demo):
    from django.core.management import call_command

    entries = Entry.objects.count()
    call_command("load_demo", unsigned=True, stdout=io.StringIO())
    assert Entry.objects.count() == entries
    assert Comment.objects.exclude(capture=None).count() >= 400
    assert Comment.objects.order_by("-depth")[0].depth >= 8
    assert Decision.objects.filter(grade="decided").count() >= 6


def test_a_conflict_keeps_what_was_typed(demo, desk, shown):
    data = form_of(desk, shown, facts="Typed with care.", note="Ask Olive.")
    decide(desk, shown, form_of(desk, shown))
    answer = decide(desk, shown, data)
    assert answer.status_code == 409
    for words in ("Typed with care.", "Ask Olive."):
        assert words in answer.content.decode()


def test_a_claim_with_another_number_is_not_swallowed(demo, desk, shown):
    article = shown.post.get_absolute_url()
    address = f"/moderation/desk/comments/{shown.ref}/gap/"
    assert desk.post(address, {"article": article, "number": 2}).status_code == 302
    assert desk.post(address, {"article": article, "number": 2}).status_code == 302
    answer = desk.post(address, {"article": article, "number": 5})
    assert answer.status_code == 422
    assert "It is on record already that it says 2" in answer.content.decode()


def test_times_that_no_clock_can_show_are_refused(demo, olive, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    Blog.objects.filter(slug="lantern-example").update(time_zone="Asia/Tokyo")
    public = Client()
    for address in ("/moderation/log/", "/moderation/log.csv"):
        for day in ("0001-01-01", "9999-12-31"):
            answer = public.get(address, {"since": day, "until": day})
            assert answer.status_code == 400
            assert b"Nothing is on record for that time." in answer.content
    for year in ("0001", "9999"):
        for form in ("/", ".csv"):
            address = f"/moderation/reports/{year}{form}?blog=lantern-example"
            assert public.get(address).status_code == 404
    owner = Client()
    owner.force_login(olive)
    for moment in ("0001-01-01T00:00", "9999-12-31T23:59"):
        answer = owner.post("/moderation/desk/policy/publish/", {"in_force_at": moment})
        assert answer.status_code == 422


def test_the_last_owner_stays_one(olive):
    owner = Client()
    owner.force_login(olive)
    address = f"/admin/auth/user/{olive.pk}/change/"
    data = {"username": "olive", "is_active": "on", "is_staff": "on", "roles": []}
    answer = owner.post(address, data)
    assert answer.status_code == 200
    assert "This is the last owner" in answer.content.decode()
    answer = owner.post(address, {**data, "roles": ["owner"], "is_active": ""})
    assert "This is the last owner" in answer.content.decode()
    assert olive.groups.filter(name="owner").exists()


def test_the_demo_leaves_an_archive_in_use_alone(olive):
    from django.core.management import CommandError, call_command

    from moderation.actions.policies import start_draft

    start_draft()
    ClauseDraft.objects.filter(number=1).update(title="Be kind")
    with pytest.raises(CommandError, match="house rules of its own"):
        call_command("load_demo")
    assert ClauseDraft.objects.get(number=1).title == "Be kind"
    assert not Blog.objects.exists()


def test_the_reports_log_is_the_log_of_its_time(demo):
    body = Client().get("/moderation/reports/2012-04/?blog=lantern-example").content
    assert b"?since=2012-04-01&amp;until=2012-04-30&amp;blog=lantern-example" in body
