"""A thread is made of plain text by forms alone, and imported once."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from commentarchive.actions.blogs import add_known_blog
from commentarchive.actions.staff import acting
from commentarchive.captures import files as capture_files
from commentarchive.erasure.erase import erase
from commentarchive.intake.drafts import start_draft
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    CrossPost,
    DraftFile,
    DraftStep,
    Gap,
    Post,
    TranscriptDraft,
)
from tests.cast import member
from tests.views.pasting import (
    ARTICLE,
    LIST,
    ROLES,
    TEXT,
    begin,
    confirm,
    decided,
    fields,
    marks_of,
    save,
)

pytestmark = pytest.mark.django_db


def test_a_text_becomes_an_article_with_comments(archivist):
    draft = decided(archivist)
    page = archivist.get(draft.get_absolute_url()).text
    assert "answers line 3" in page
    answer = confirm(archivist, draft)
    assert answer.status_code == 302, answer.text
    post = Post.objects.get()
    assert post.blog.title == "Mill Lane Notes"
    comments = list(Comment.objects.filter(post=post).order_by("position"))
    assert sorted(each.source_id.split(":")[1] for each in comments) == [
        *("L3-3", "L4-5", "L6-6", "L7-8")
    ]
    named = Comment.objects.exclude(commenter=None).get()
    assert named.commenter.name.name == "Hanna"
    assert named.parent.source_id.endswith(":L3-3")
    gap = Gap.objects.get()
    assert (gap.kind, gap.at_least, gap.at_most) == ("quoted", 0, 1)
    assert gap.said_in.source_id.endswith(":L4-5")
    assert Entry.objects.filter(event="archive.import").count() == 1
    assert not DraftStep.objects.exists()
    assert not DraftFile.objects.exists()
    assert [str(each) for each in reconcile()] == []
    call_command("verify_ledger", stdout=io.StringIO())
    assert "It was confirmed" in archivist.get(draft.get_absolute_url()).text
    shown = Client().get(post.get_absolute_url()).text
    assert "So did I." in shown
    assert "Something may be missing here" in shown
    page = Client().get(named.get_absolute_url()).text
    assert "</a>, lines 7–8." in page


@pytest.mark.parametrize("address", ["", "http://ferry.example/ford/"])
def test_a_cross_post_is_tied_to_a_blog_that_becomes_known(archivist, address):
    origin = {"origin_blog": "The Ferry Post", "origin_address": address}
    draft = decided(archivist, **ARTICLE, **origin)
    page = archivist.get(confirm(archivist, draft)["Location"]).text
    assert "not recorded" not in page
    tie = CrossPost.objects.get()
    ferry = Blog.objects.get(title="The Ferry Post")
    assert (tie.other_address, tie.other_blog) == (address, ferry)
    assert (ferry.address, ferry.slug) == ("", "the-ferry-post")
    said = Entry.objects.filter(subject__in=[ferry.ref, tie.ref]).order_by("index")
    assert [each.event for each in said] == ["blog.new", "crosspost.confirm"]
    shown = Client().get(tie.post.get_absolute_url()).text
    assert f'<a href="/blogs/{ferry.slug}/"><bdi>The Ferry Post</bdi></a>' in shown
    assert ("address there is not known" in shown) == (not address)
    assert (
        "this blog is only known" in Client().get(ferry.get_absolute_url()).text.lower()
    )
    assert [str(each) for each in reconcile()] == []


def test_a_claim_is_recorded_only_if_it_was_accepted(archivist, olive):
    claim = {"claim-blog-6": "The Ferry Post", "claim-number-6": "2"}
    draft = decided(archivist, **claim)
    answer = confirm(archivist, draft)
    page = archivist.get(answer["Location"]).text
    assert "The claim at line 6, against The Ferry Post, is not recorded" in page
    assert not Gap.objects.filter(grade="claimed").exists()
    ferry = add_known_blog(
        "http://ferry.example/", title="The Ferry Post", by=acting(olive)
    )
    draft = decided(archivist, **claim, **(ARTICLE | {"blog_name": "Elsewhere"}))
    assert "not recorded" not in confirm(archivist, draft).text
    gap = Gap.objects.get(grade="claimed")
    assert (gap.blog, gap.at_least) == (ferry, 2)
    assert gap.said_in.source_id.endswith(":L6-6")
    draft = decided(archivist, **(ARTICLE | {"blog_name": "A third"}))
    confirm(archivist, draft)
    assert Gap.objects.filter(grade="claimed").count() == 1
    assert [str(each) for each in reconcile()] == []


def test_a_second_confirmation_is_refused(archivist):
    draft = decided(archivist)
    confirm(archivist, draft)
    entries = Entry.objects.count()
    answer = confirm(archivist, draft)
    assert answer.status_code == 409
    assert "confirmed already" in answer.text
    assert Entry.objects.count() == entries
    again = decided(archivist)
    answer = confirm(archivist, again, into=Blog.objects.get().slug)
    assert answer.status_code == 422
    assert "imported into that blog already" in answer.text
    assert Capture.objects.count() == 1


def test_nobody_saves_over_another(archivist):
    draft = begin(archivist)
    olga = Client()
    olga.force_login(member("olga", "owner"))
    save(olga, draft, **fields({"3": "start"}))
    answer = archivist.post(
        f"{draft.get_absolute_url()}save/", fields({"5": "more"}, version=1)
    )
    assert answer.status_code == 409
    for words in ("olga saved this draft", "line 3: starts a", "line 5: goes on"):
        assert words in answer.text
    assert marks_of(draft).paragraphs[4].role is None
    assert confirm(archivist, draft, version=1).status_code == 409
    draft.refresh_from_db()
    assert draft.version == 2


def test_steps_are_undone_one_by_one(archivist):
    draft = begin(archivist)
    for role in ("start", "more", "quotation"):
        save(archivist, draft, **fields({"3": role}))
    roles = []
    for _step in range(3):
        assert save(archivist, draft, undo="1").status_code == 302
        roles.append(marks_of(draft).paragraphs[2].role)
    assert roles == ["more", "start", None]
    answer = save(archivist, draft, undo="1")
    assert answer.status_code == 409
    assert "There is nothing to undo." in answer.text
    # What is decided after an undoing is undone by itself.
    save(archivist, draft, **fields({"3": "article"}))
    save(archivist, draft, undo="1")
    assert marks_of(draft).paragraphs[2].role is None


def test_saving_the_same_again_is_no_step(archivist):
    draft = begin(archivist)
    for _time in range(2):
        save(archivist, draft, **fields({"3": "start"}))
    draft.refresh_from_db()
    assert draft.version == 2


def test_suggestions_are_accepted_refused_and_accepted_together(archivist):
    draft = begin(archivist)
    save(archivist, draft, **fields())
    page = archivist.get(draft.get_absolute_url())
    kinds = {each.kind: each for each in page.context["shown"].kinds}
    assert kinds["claim"].open == 1
    [claim] = [each for each in page.context["shown"].suggested if each.kind == "claim"]
    save(archivist, draft, accept=claim.id)
    assert marks_of(draft).paragraphs[5].claim.number == 2
    kind = next(
        each.kind for each in page.context["shown"].kinds if each.kind != "claim"
    )
    save(archivist, draft, accept_kind=kind)
    draft.refresh_from_db()
    page = archivist.get(draft.get_absolute_url())
    count = {each.kind: each for each in page.context["shown"].kinds}[kind]
    assert count.accepted
    save(archivist, draft, refuse=claim.id)
    assert claim.id in marks_of(draft).refused
    answer = save(archivist, draft, accept="0" * 16)
    assert answer.status_code == 422


def test_what_only_points_is_shown_until_its_paragraph_is_decided(archivist):
    text = TEXT + "http://ford.example/map/\n"
    draft = begin(archivist, text)
    page = archivist.get(draft.get_absolute_url())
    [link] = [each for each in page.context["shown"].suggested if each.kind == "link"]
    assert "Link by itself: 1 open" in page.text
    assert f'name="refuse" value="{link.id}"' in page.text
    assert f'name="accept" value="{link.id}"' not in page.text
    assert 'name="accept_kind" value="link"' not in page.text
    save(archivist, draft, **fields({"9": "more"}))
    assert "Link by itself" not in archivist.get(draft.get_absolute_url()).text


def test_what_is_left_to_do_leads_to_its_line(archivist):
    draft = begin(archivist, "The ford of the parish is shut.\n" * 90)
    roles = {"1": "article", **{f"{line}": "start" for line in range(2, 81)}}
    save(archivist, draft, **fields(roles), **ARTICLE)
    page = archivist.get(draft.get_absolute_url()).text
    link = f'<a href="{draft.get_absolute_url()}?page=2#l81">line 81: 10 paragraphs'
    assert link in page


def test_paragraphs_are_split_and_merged(archivist):
    draft = begin(archivist)
    save(archivist, draft, **{"split-6": "They have blocked"})
    assert [f"{each}" for each in marks_of(draft).places[5:7]] == ["6", "6.21"]
    save(archivist, draft, merge="6.21")
    assert len(marks_of(draft).places) == len(ROLES)
    for words in ("not there", "e"):
        answer = save(archivist, draft, **{"split-6": words})
        assert answer.status_code == 422
        assert "stand" in answer.text
    assert save(archivist, draft, merge="1").status_code == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"role-3": "more", "role-4": "more", "role-6": "more", "role-7": "more"},
            "no paragraph starts a comment",
        ),
        ({"answers-3": "7"}, "which does not come before"),
        ({"answers-7": "5"}, "where no comment starts"),
        ({"since-7": "2012-02-30"}, "2012-02-30 is no day"),
        ({"since-7": "2999-01-01"}, "is in the future"),
        ({"role-5": ""}, "not decided yet"),
        ({"title": "", "blog_name": "Mill Lane Notes"}, "needs a title"),
        (
            {"title": "The ford", "article_address": "ferry", "blog_name": "x"},
            "none that begins with http",
        ),
    ],
)
def test_what_is_not_ready_is_not_imported(archivist, changes, said):
    draft = decided(archivist, **changes)
    answer = confirm(archivist, draft)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Nothing was changed" in answer.text
    assert "So did I." in answer.text
    assert not Capture.objects.exists()


def test_a_new_blog_needs_a_name(archivist):
    draft = decided(archivist, title="The ford")
    answer = confirm(archivist, draft)
    assert answer.status_code == 422
    assert "name of a new one" in answer.text
    assert not Blog.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        (b"PK\x03\x04\x00\x00", "it is no plain text"),
        (b"x" * (2 << 20), "no paragraph"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(archivist, data, said):
    upload = SimpleUploadedFile("page.txt", data)
    answers = [archivist.post(f"{LIST}start/", {"text": "", "file": upload})]
    if b"\0" not in data:
        answers.append(archivist.post(f"{LIST}start/", {"text": data.decode()}))
    for answer in answers:
        assert answer.status_code == 422
        assert said in answer.text
    assert not TranscriptDraft.objects.exists()
    assert not capture_files.all_digests()


def test_a_form_of_another_kind_is_refused(archivist):
    draft = decided(archivist)
    before = marks_of(draft)
    for sent in (
        *({"role-3": "king"}, {"role-3": "start", "name-3": "", "time-3": "soon"}),
        {"role-7": "start", "name-7": "x", "answers-7": "1.2.3"},
        {"role-7": "start", "name-7": "x" * 3000},
        *({"role-6": "start", "claim-blog-6": "x", "claim-number-6": "two"},),
    ):
        answer = save(archivist, draft, **sent)
        assert answer.status_code == 422, sent
    assert marks_of(draft) == before


def test_a_discarded_draft_leaves_nothing(archivist):
    draft = begin(archivist)
    other = begin(archivist)
    for each, left in ((draft, {draft.sha256}), (other, set())):
        archivist.post(f"{each.get_absolute_url()}discard/")
        assert capture_files.all_digests() == left
    assert not DraftStep.objects.exists()
    assert "was discarded" in archivist.get(draft.get_absolute_url()).text
    assert save(archivist, draft, **fields()).status_code == 409


def test_an_erasure_takes_the_drafts_of_the_same_text(archivist):
    draft = decided(archivist)
    other = decided(archivist)
    confirm(archivist, draft)
    erase(Comment.objects.get(source_id__endswith=":L6-6"), basis="subject_request")
    other.refresh_from_db()
    assert other.closed_at is not None
    assert not DraftStep.objects.exists()
    assert not capture_files.all_digests()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        *(("marks.json", "marks.json"), ("..", "pasted.txt"), ("", "pasted.txt")),
        *(("/etc/passwd", "passwd"), ("ä" * 300, "ä" * 100)),
    ],
)
def test_any_name_of_a_file_will_do(archivist, olive, name, kept):
    draft = start_draft(TEXT.encode(), name, by=acting(olive))
    assert draft.file.name == kept
    save(archivist, draft, **fields(), **ARTICLE)
    assert confirm(archivist, draft).status_code == 302
    assert Capture.objects.get().file.name == kept


def test_drafts_are_for_staff(archivist, desk, client, charlie):
    draft = begin(archivist)
    stranger = Client()
    stranger.force_login(charlie)
    for address in (LIST, draft.get_absolute_url()):
        assert client.get(address).status_code == 302
        assert stranger.get(address).status_code == 403
        assert desk.get(address).status_code == 200
    assert stranger.post(f"{draft.get_absolute_url()}save/").status_code == 403
    auditor = Client()
    auditor.force_login(member("uma", "auditor"))
    assert auditor.get(LIST).status_code == 403


def test_pages_cost_as_many_queries_for_many_drafts(
    archivist, django_assert_num_queries
):
    drafts = [begin(archivist) for _each in range(3)]
    for address, number in ((LIST, 7), (drafts[0].get_absolute_url(), 10)):
        archivist.get(address)
        with django_assert_num_queries(number):
            archivist.get(address)


def test_a_command_makes_a_draft(tmp_path, capsys, archivist):
    path = tmp_path / "saved page.txt"
    path.write_text(TEXT)
    call_command("import_comments", path, draft=True)
    draft = TranscriptDraft.objects.get()
    assert capsys.readouterr().out.strip().endswith(draft.get_absolute_url())
    assert draft.file.name == "saved page.txt"
    assert "saved page.txt" in archivist.get(draft.get_absolute_url()).text
    path.write_bytes(b"\0\0")
    with pytest.raises(CommandError, match="no plain text"):
        call_command("import_comments", path, draft=True)


def test_the_sample_is_read_as_a_careful_person_reads_it(archivist, samples):
    folder = samples / "transcript"
    truth = json.loads((folder / "saltmarsh.truth.json").read_text())
    data = (folder / "saltmarsh.txt").read_bytes()
    draft = begin(archivist, data.decode())
    roles = {f"{line}": "article" for line in range(1, 20)}
    facts = {}
    for comment in truth["comments"]:
        first, last = comment["lines"]
        roles[f"{first}"] = "start"
        roles |= {f"{line}": "more" for line in range(first + 1, last + 1)}
        facts[f"name-{first}"] = comment.get("name", "")
        facts[f"answers-{first}"] = f"{comment.get('answers', '')}"
        facts |= {f"lost-{n}": "on" for n in comment.get("lost_quotations_after", ())}
    save(archivist, draft, **fields(roles), **ARTICLE)
    save(archivist, draft, **fields(roles), **facts)
    for kind in ("attribution", "claim"):
        save(archivist, draft, accept_kind=kind)
    assert confirm(archivist, draft).status_code == 302
    assert Comment.objects.count() == len(truth["comments"]) == 23
    quay = CrossPost.objects.get().other_blog
    assert quay.title == truth["article"]["cross_post_from"] == "Open Quay"
    claim = Gap.objects.get(grade="claimed")
    assert (claim.blog, claim.at_least) == (quay, 2)
    found = Gap.objects.filter(kind="quoted").values_list(
        "said_in__source_id", "at_least", "at_most"
    )
    said_in = Comment.objects.get(source_id__endswith=":L61-63").source_id
    assert list(found) == [(said_in, 0, 1), (said_in, 0, 1)]
    assert [str(each) for each in reconcile()] == []
