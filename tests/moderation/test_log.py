"""Each filter of the public log, alone and with the others, to its last minute."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, Record, decide
from moderation.facts_words import with_word
from moderation.log.query import LogFilter, log_rows
from moderation.models import Action, Clause, Decision, FactsWord
from tests.cast import member, with_house_rules
from tests.wxr import comment, export, item, load, write

FACTS = "It breaks the rule."


def at(day, hour, minute=0):
    return datetime(2020, 6, day, hour, minute, tzinfo=UTC)


def decide_eight(folder):
    """Put one decision on each of eight comments of two blogs.

    House rules are those of 2012, so that each may cite one at its own time. The
    clock of the log is London's: an hour ahead of UTC in June.
    """
    by = with_house_rules(
        member("alice", Role.MODERATOR),
        in_force_at=datetime(2012, 1, 1, tzinfo=UTC),
        as_told=True,
    )
    load(folder, item(*[comment(n, f"Remark {n}") for n in range(1, 7)]))
    other = export(
        item(comment(7, "Seven"), comment(8, "Eight", approved="0")),
        address="https://other.example",
    )
    import_files([write(folder, other, "other.xml")])
    for number, (action, rule, decided_at) in {
        "1": ("hold", None, at(1, 12)),
        "2": ("remove", 2, at(1, 22, 59)),
        "3": ("remove", 1, at(1, 23)),
        "4": ("withhold", 4, at(2, 22, 59)),
        "5": ("no_action", None, at(2, 23)),
        "6": ("remove", None, None),
        "7": ("remove", 2, at(2, 12)),
        "8": ("approve", None, at(2, 12)),
    }.items():
        judgement = Judgement(
            action=Action(action),
            clause=Clause.objects.get(number=rule) if rule else None,
            facts=FACTS,
            record=Record(
                decided_at=decided_at, role=Role.OWNER, known_from="an e-mail"
            ),
        )
        one = Comment.objects.get(source_id=number)
        decide(one, judgement, by=by)


pytestmark = [pytest.mark.django_db, pytest.mark.kept(make=decide_eight)]


@pytest.fixture
def decisions(db):
    """Return them by the numbers of their comments."""
    return {each.comment.source_id: each for each in Decision.objects.all()}


def kept(**asked):
    form = LogFilter(asked)
    found = form.apply(Decision.objects.all()).order_by("pk")
    return "".join(decision.comment.source_id for decision in found)


def test_keeps_everything_without_a_filter(decisions):
    assert kept() == "12345678"


def test_days_run_from_midnight_to_midnight_of_the_logs_clock(decisions):
    assert kept(since="2020-06-02") == "34578"
    assert kept(until="2020-06-01") == "12"
    assert kept(since="2020-06-02", until="2020-06-02") == "3478"
    assert kept(since="2020-06-03") == "5"


def test_a_wrong_value_keeps_nothing(decisions):
    for wrong in (
        {"since": "no date"},
        {"until": "0001-01-01"},
        {"rule": "two"},
        {"action": "shout"},
        {"blog": "nobodys-blog"},
    ):
        assert kept(**wrong) == ""
        assert not LogFilter(wrong).is_valid()


def test_days_are_those_of_each_blogs_own_clock(decisions):
    other = Blog.objects.get(address="https://other.example")
    assert kept(since="2020-06-02", until="2020-06-02") == "3478"
    # Ten hours behind UTC: noon of the second is two in the morning there.
    other.time_zone = "Pacific/Honolulu"
    save_blog(other, by=SYSTEM)
    assert kept(since="2020-06-02", until="2020-06-02") == "3478"
    # Fourteen hours ahead: noon is two in the morning of the third.
    other.time_zone = "Pacific/Kiritimati"
    save_blog(other, by=SYSTEM)
    assert kept(since="2020-06-02", until="2020-06-02") == "34"
    assert kept(since="2020-06-03", until="2020-06-03") == "578"


def test_pages_print_the_day_by_which_they_filter(decisions):
    """Noon of the second in UTC is two in the morning of the third."""
    other = Blog.objects.get(address="https://other.example")
    other.time_zone = "Pacific/Kiritimati"
    save_blog(other, by=SYSTEM)
    log = Client().get("/moderation/log/?since=2020-06-03&until=2020-06-03").text
    assert "3 Jun 2020, 02:00" in log
    assert "2 Jun 2020" not in log.replace("2 Jun 2020, 23:00", "")
    page = Client().get(decisions["7"].get_absolute_url()).text
    assert "3 June 2020, 02:00" in page


def test_a_table_is_read_block_by_block_and_whole(decisions, monkeypatch):
    monkeypatch.setattr("moderation.log.query.BLOCK", 3)
    numbers = [int(row[0]) for row in log_rows(Decision.objects.all())]
    assert numbers == sorted((d.entry_index for d in decisions.values()), reverse=True)


def test_pages_go_back_and_forth_by_record_number(decisions, monkeypatch):
    monkeypatch.setattr("moderation.views.decisions.ROWS", 3)
    client = Client()

    def page(query):
        body = client.get(f"/moderation/log/{query}").content.decode()
        rows = re.findall(r"/moderation/decisions/(\w+)/\">[A-Z]", body)
        links = dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', body))
        return rows, links

    newest_first = [decisions[number].ref for number in "87654321"]
    first, links = page("")
    assert first == newest_first[:3]
    assert set(links) == {"next"}
    second, links = page(links["next"])
    assert second == newest_first[3:6]
    assert page(links["prev"])[0] == first
    third, links = page(links["next"])
    assert third == newest_first[6:]
    assert set(links) == {"prev"}
    assert page(links["prev"])[0] == second


def test_keeps_one_action(decisions):
    expected = {
        "hold": "1",
        "remove": "2367",
        "withhold": "4",
        "no_action": "5",
        "approve": "8",
    }
    for action in Action:
        assert kept(action=action.value) == expected.get(action.value, ""), action


def test_keeps_one_rule_or_one_blog(decisions):
    assert kept(rule="2") == "27"
    assert kept(rule="4") == "4"
    other = Blog.objects.get(address="https://other.example")
    assert kept(blog=other.slug) == "78"
    assert kept(blog=other.slug, rule="2") == "7"
    assert kept(blog=other.slug, action="hold") == ""


def test_a_staff_only_blog_cannot_be_asked_for(decisions):
    blog = Blog.objects.get(address="https://other.example")
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    assert not LogFilter({"blog": blog.slug}).is_valid()


def test_a_row_says_what_the_decision_says(decisions, settings):
    found = Decision.objects.with_context().filter(pk=decisions["2"].pk)
    [row] = log_rows(found)
    made, base = decisions["2"], settings.BASE_URL
    assert row[:2] == (str(made.entry_index), "2020-06-01T22:59:00+00:00")
    assert row[3:12] == (
        *(
            "Taken down",
            "1",
            "2",
            "Abuse",
            f"{FACTS} (Known from: an e-mail)",
            "from the blog’s own records",
        ),
        "not shown",
        *("the owner of the blog", made.post.blog.title),
    )
    assert row[12:] == (
        base + made.post.get_absolute_url(),
        base + made.comment.get_absolute_url(),
        base + made.get_absolute_url(),
        "",
        made.clause.policy.in_force_at.isoformat(),
        made.clause.policy.published_at.isoformat(),
        *("", ""),
    )
    [row] = log_rows(Decision.objects.with_context().filter(pk=decisions["6"].pk))
    assert (row[1], row[4:7]) == ("", ("", "", ""))


def test_keeps_what_is_known_in_one_way_and_what_is_shown_now(decisions):
    assert kept(known="imported") == "12345678"
    assert kept(known="decided") == ""
    # Five was left as it is. Six and eight tell of a time before the copy that was
    # read, which shows the one and not the other.
    assert kept(outcome="shown") == "56"
    assert kept(outcome="hidden") == "123478"
    for wrong in ({"known": "observed"}, {"outcome": "gone"}):
        assert not LogFilter(wrong).is_valid()


def test_keeps_one_article_by_its_reference_or_its_address(decisions):
    post = decisions["7"].post
    path = post.get_absolute_url()
    for asked in (post.ref, path, f"https://archive.example{path}?page=2#comments"):
        assert kept(article=asked) == "78"
    other = f"{post.ref[:-1]}{'a' if post.ref[-1] != 'a' else 'b'}"
    for wrong in (other, "nowhere", "/posts/", decisions["7"].ref):
        assert not LogFilter({"article": wrong}).is_valid()


def test_keeps_one_article_by_an_address_at_its_blog(decisions, tmp_path):
    at_its_blog = "https://test.example/ducks/"
    load(tmp_path, item(comment(9), number=2, link=at_its_blog), name="2.xml")
    for asked in (
        *(at_its_blog, f"{at_its_blog}?page=2", f"{at_its_blog}feed/"),
        *(f"{at_its_blog}#comment-9", f"web.archive.org/web/2012/{at_its_blog}"),
    ):
        form = LogFilter({"article": asked})
        assert form.is_valid(), (asked, form.errors)
        assert form.cleaned_data["article"].source_id == "2"
        assert kept(article=asked) == ""
    # One address of two articles, and a title, which would cost a look at all.
    for wrong in ("https://test.example/1/", "An article"):
        assert not LogFilter({"article": wrong}).is_valid()


def test_an_article_for_staff_only_cannot_be_asked_for(decisions):
    blog = Blog.objects.get(address="https://other.example")
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM)
    assert not LogFilter({"article": decisions["7"].post.ref}).is_valid()


def test_words_of_the_facts_are_found_folded_and_each_of_them(decisions, alice):
    assert kept(words="RULE breaks") == "12345678"
    assert kept(words="rule nonsense") == ""
    assert kept(words="rul") == ""
    assert not LogFilter({"words": "… !"}).is_valid()
    assert not LogFilter({"words": "a b c d e f g h i j k"}).is_valid()


def test_words_of_the_facts_are_folded_as_in_any_search(decisions, alice):
    from commentarchive.actions.staff import acting
    from moderation.actions.wordings import reword

    facts = "Don’t name_her: a naïve walk in the Straße, so\u00adftly, 東京で。"
    reword(decisions["2"], facts=facts, by=acting(alice))
    for asked in (
        *("dont", "don't", "DON’T", "strasse", "naive", "name", "ｗａｌｋ", "softly"),
        "東京",
    ):
        assert kept(words=asked) == "2", asked
    for asked in ("don t", "大阪", "夕方の東京で見た話"):
        assert kept(words=asked) == "", asked


def test_a_replaced_wording_is_not_searched(decisions, alice):
    from commentarchive.actions.staff import acting
    from moderation.actions.wordings import reword

    reword(decisions["2"], facts="Another reason: CAFÉ talk.", by=acting(alice))
    assert kept(words="cafe") == "2"
    assert kept(words="rule") == "1345678"


def test_reconcile_names_what_is_searched_by_other_words(decisions):
    lost = FactsWord.objects.filter(decision=decisions["3"])
    kept = list(lost)
    lost.delete()
    try:
        found = [str(each) for each in reconcile()]
        assert len(found) == 1
        assert f"other words than those of {decisions['3'].ref}" in found[0]
    finally:
        # The suite compares tables and record after each test.
        FactsWord.objects.bulk_create(kept)


def test_wrong_values_are_one_sentence_in_every_form(decisions):
    client = Client()
    for query in ("words=%21", "article=x", "known=observed", "outcome=x", "order=x"):
        for page in ("log/", "log.csv", "log.json", "log.atom"):
            answer = client.get(f"/moderation/{page}?{query}")
            assert answer.status_code == 400, (page, query)


def test_every_form_tells_of_the_same_decisions(decisions):
    client = Client()
    for query in ("rule=2", "outcome=shown", "words=rule&until=2020-06-01", "known="):
        expected = {
            d.ref
            for d in LogFilter(
                dict(part.split("=") for part in query.split("&"))
            ).apply(Decision.objects.public())
        }
        for page in ("log/", "log.csv", "log.json", "log.atom"):
            answer = client.get(f"/moderation/{page}?{query}")
            body = b"".join(answer).decode()
            found = set(re.findall(r"/moderation/decisions/(\w+)/", body))
            assert found == expected, (page, query)


def test_json_has_the_columns_of_the_table(decisions):
    rows = json.loads(b"".join(Client().get("/moderation/log.json")))
    assert [row["record_no"] for row in rows] == [
        str(decisions[number].entry_index) for number in "87654321"
    ]
    assert [row["outcome_now"] for row in rows[:3]] == [
        *("not shown", "not shown", "shown"),
    ]
    assert rows[2]["decided_at"] is None


def test_decisions_by_time_go_back_and_forth_in_order(decisions, monkeypatch):
    """What has no time of its own counts by when it was recorded: today."""
    monkeypatch.setattr("moderation.views.decisions.ROWS", 3)
    monkeypatch.setattr("moderation.log.query.BLOCK", 3)
    client = Client()
    in_order = [decisions[number].ref for number in "65487321"]

    def page(query):
        body = client.get(f"/moderation/log/{query}").text
        rows = re.findall(r"/moderation/decisions/(\w+)/\">[A-Z]", body)
        links = dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', body))
        return rows, {name: link.replace("&amp;", "&") for name, link in links.items()}

    def page_of(query):
        return client.get(f"/moderation/log/{query}").text

    first, links = page("?order=decided")
    assert (first, set(links)) == (in_order[:3], {"next"})
    second, links = page(links["next"])
    assert second == in_order[3:6]
    assert page(links["prev"])[0] == first
    third, links = page(links["next"])
    assert (third, set(links)) == (in_order[6:], {"prev"})
    assert page(links["prev"])[0] == second
    body = b"".join(client.get("/moderation/log.csv?order=decided")).decode()
    assert re.findall(r"/moderation/decisions/(\w+)/", body) == in_order
    assert "No decision fits" in page_of("?order=decided&words=nonsense")
    for wrong in ("before=x", "before=12", "before=1&after=2"):
        assert client.get(f"/moderation/log/?order=decided&{wrong}").status_code == 404
    assert client.get("/moderation/log.atom?order=decided").status_code == 400


def test_filters_are_served_by_indexes(decisions):
    """Neither words nor time look at all decisions."""
    from django.db import connection

    def plan(rows):
        sql, parameters = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_sort = off")
                cursor.execute(f"EXPLAIN {sql}", parameters)
            else:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())

    by_time = Decision.objects.with_time().order_by("-at", "-entry_index")
    assert "decisions_by_time" in plan(by_time[:50])
    words = plan(with_word("rule"))
    assert "SCAN" not in words
    assert "Seq Scan" not in words


def test_articles_of_one_title_are_not_taken_for_one_another(decisions):
    """What was counted of one is not told of the other, which readers may not see."""
    first = Comment.objects.get(source_id="1").post
    second = Comment.objects.get(source_id="7").post
    assert first.title == second.title
    numbers = [
        LogFilter({"article": post.ref}).matches().number for post in (first, second)
    ]
    assert numbers == [6, 2]
