"""The complaint book at the desk: forms, refusals, who sees what, two at once."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.erasure.erase import erase
from commentarchive.models import Comment, Commenter, Post
from moderation.actions.flags import Reported, send_flag
from moderation.models import Complaint, ComplaintNote, JournalNote, PendingBatch
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
PAGE = "/moderation/desk/complaints/"
WORDS = "You print that I sold the bandstand, which I never did."


@pytest.fixture
def post(tmp_path):
    load(tmp_path, item(comment(1), comment(2), comment(3)))
    return Post.objects.get()


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def typed(client, places, **more):
    page = client.get(f"{PAGE}new/").content.decode()
    ref = re.search(r'name="ref" value="([^"]+)"', page)[1]
    return {
        "ref": ref,
        "channel": "letter",
        "ground": "legal",
        "came_on": "2012-07-03",
        "places": places,
        "from_name": "Peregrine Ponsonby",
        "from_address": "2 Quay Steps",
        "text": WORDS,
        **more,
    }


def recorded(client, places, **more):
    sent = typed(client, places, **more)
    answer = client.post(f"{PAGE}record/", sent)
    assert answer.status_code == 302, errors(answer)
    return Complaint.objects.get(ref=sent["ref"])


def errors(answer):
    return re.findall(r"errorlist.*?</ul>", answer.content.decode(), re.DOTALL)


def test_a_complaint_about_places_of_every_kind_is_written_down(post, desk):
    one, two, _ = Comment.objects.order_by("source_id")
    name = Commenter.objects.first()
    lines = [
        one.ref,
        f"https://archive.example/comments/{one.ref}/",
        "2",
        f"https://archive.example/posts/{post.ref}/",
        f"/names/{name.ref}/",
    ]
    complaint = recorded(desk, "\n".join(lines))
    assert [place.ref for place in complaint.places_now] == [
        *(one.ref, two.ref, post.ref, name.ref)
    ]
    assert complaint.day_only
    assert complaint.came_local.hour == 0
    page = desk.get(f"{PAGE}{complaint.ref}/").content.decode()
    assert "Ponsonby" not in page
    assert WORDS not in page
    assert complaint.ref in desk.get(f"{PAGE}?q={complaint.ref}").url


def test_a_comment_at_its_blog_is_a_place(post, desk):
    one = Comment.objects.get(source_id="3")
    address = post.addresses.first().address
    complaint = recorded(desk, f"{address}#comment-3")
    assert complaint.places_now[0].ref == one.ref


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"places": "c" + "a" * 26}, "No comment here has that"),
        ({"places": "n" + "a" * 26}, "No name here has that"),
        ({"places": "p" + "a" * 26}, "No article here has that"),
        ({"places": "99"}, "No comment here has that"),
        ({"places": " \n "}, "Name at least one place."),
        ({"places": "\n".join(map(str, range(501)))}, "500 places at most"),
        ({"channel": ""}, "Say how it came."),
        ({"ground": "spite"}, "Select a valid choice"),
        ({"text": " "}, "Write down what they say."),
        ({"came_on": "2012-02-30"}, "There is no such day."),
        ({"came_on": "1066-10-14"}, "No blog is as old as that."),
        ({"came_on": "9999-12-31"}, "That is still to come."),
        ({"came_on": "", "came_time": "12:00"}, "Give the day too."),
        ({"came_time": "25:00"}, "There is no such time of day"),
        ({"due_on": "9999-12-31"}, "That is too far from today."),
        ({"due_on": "", "due_time": "09:00"}, "Give the day too."),
        ({"ref": "zzz"}, "That form was not whole"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(post, desk, change, says):
    answer = desk.post(f"{PAGE}record/", typed(desk, post.ref) | change)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Complaint.objects.exists()


def test_an_hour_that_no_clock_showed_is_refused(post, desk):
    post.blog.time_zone = "Europe/London"
    post.blog.save()
    sent = typed(desk, post.ref, came_on="2012-03-25", came_time="01:30")
    answer = desk.post(f"{PAGE}record/", sent)
    assert "clocks went forward" in answer.content.decode()


def test_an_erased_comment_or_name_is_no_place(post, desk):
    one = Comment.objects.get(source_id="1")
    name = Commenter.objects.get(comments=one)
    erase(name, basis="legal")
    for ref in (one.ref, name.ref):
        answer = desk.post(f"{PAGE}record/", typed(desk, ref))
        assert answer.status_code == 422
        assert "was erased; nothing of it is left here." in answer.content.decode()


def test_overdue_ones_stand_first_and_the_desk_counts_them(post, desk):
    late = recorded(desk, post.ref, due_on="2012-08-01")
    later = recorded(desk, post.ref, due_on=f"{timezone.localdate().year + 1}-01-01")
    never = recorded(desk, post.ref)
    page = desk.get(PAGE).content.decode()
    order = [page.index(each.ref) for each in (late, later, never)]
    assert order == sorted(order)
    assert page.count("<strong>Overdue:</strong>") == 1
    assert "Complaints: 1 overdue" in desk.get("/moderation/desk/").content.decode()


def test_who_reads_it_is_noted_and_both_wordings_are_shown(post, desk):
    complaint = recorded(desk, post.ref)
    page = desk.post(f"{PAGE}{complaint.ref}/read/").content.decode()
    assert WORDS in page
    assert "Peregrine Ponsonby" in page
    assert JournalNote.objects.get().complaint == complaint
    sent = {
        **typed(desk, post.ref, came_on="2012-07-04", came_time="09:30"),
        "reason": "Misread.",
        "seen": 1,
    }
    desk.post(f"{PAGE}{complaint.ref}/correct/", sent)
    page = desk.get(f"{PAGE}{complaint.ref}/").content.decode()
    assert "3 July 2012" in page
    assert "4 July 2012, 09:30" in page
    stale = desk.post(f"{PAGE}{complaint.ref}/correct/", sent | {"ground": "other"})
    assert stale.status_code == 409
    assert "Somebody else put it right meanwhile" in stale.content.decode()


def test_its_places_are_held_and_decided_on_from_its_page(post, desk):
    one = Comment.objects.get(source_id="1")
    complaint = recorded(desk, one.ref)
    card = desk.get(f"/moderation/desk/comments/{one.ref}/").content.decode()
    assert "A complaint is about this comment" in card
    page = desk.post(f"{PAGE}{complaint.ref}/hold/", follow=True).content.decode()
    assert "On hold: One decision is on record." in page
    one.refresh_from_db()
    assert one.visibility == "held"
    assert "Decided on these comments since" in page
    again = desk.post(f"{PAGE}{complaint.ref}/hold/")
    assert again.status_code == 422
    asked = {"comment": one.ref, "note": f"Because of complaint {complaint.ref}."}
    batch = desk.post("/moderation/desk/batches/review/", asked).content.decode()
    assert f"Because of complaint {complaint.ref}." in batch


def test_many_comments_wait_for_a_second_person(tmp_path, desk):
    load(tmp_path, item(*(comment(number) for number in range(1, 28))))
    complaint = recorded(desk, "\n".join(map(str, range(1, 28))))
    answer = desk.post(f"{PAGE}{complaint.ref}/hold/")
    assert answer.url.endswith(f"/waiting/{PendingBatch.objects.get().ref}/")


def test_it_is_answered_noted_and_closed_once(post, desk):
    complaint = recorded(desk, post.ref)
    here = f"{PAGE}{complaint.ref}/"
    assert desk.post(f"{here}answer/", {"way": "letter"}).status_code == 422
    answered = {"way": "letter", "words": "We have it.", "sent_on": "2012-07-05"}
    desk.post(f"{here}answer/", answered)
    desk.post(f"{here}note/", {"words": "Ask the treasurer."})
    page = desk.get(here).content.decode()
    assert "By mail, 5 July 2012" in page
    assert "Ask the treasurer." in page
    lacks = desk.post(f"{here}close/", {"outcome": "upheld", "words": "x", "seen": 1})
    assert "Say how the reply went." in lacks.content.decode()
    closing = {"outcome": "upheld", "words": "Done.", "way": "email", "seen": 1}
    assert desk.post(f"{here}close/", closing).status_code == 302
    again = desk.post(f"{here}close/", closing)
    assert again.status_code == 409
    assert "closed already" in again.content.decode()
    assert "Closed: 1" in desk.get(PAGE).content.decode()


def test_a_report_becomes_a_complaint_once(post, desk):
    one = Comment.objects.get(source_id="1")
    told = Reported(
        comment=one,
        revision=one.current_revision,
        clause=None,
        text="That is a lie about me.",
        email="ponsonby@mail.example",
    )
    flag, _secret = send_flag(told, visitor="1", key="k")
    page = desk.get(f"{PAGE}new/?flag={flag.ref}").content.decode()
    assert "That is a lie about me." in page
    assert "ponsonby@mail.example" in page
    complaint = recorded(desk, one.ref, flag=flag.ref)
    assert complaint.flag == flag
    again = desk.post(f"{PAGE}record/", typed(desk, one.ref, flag=flag.ref))
    assert "was made a complaint already" in again.content.decode()
    card = desk.get(f"/moderation/desk/comments/{one.ref}/").content.decode()
    assert "Its complaint" in card


def test_auditors_see_the_list_and_no_private_word(post, desk, django_user_model):
    from tests.cast import member

    complaint = recorded(desk, post.ref)
    desk.post(f"{PAGE}{complaint.ref}/note/", {"words": "Ask the treasurer."})
    desk.post(
        f"{PAGE}{complaint.ref}/answer/", {"way": "letter", "words": "We have it."}
    )
    auditor = logged_in(member("una", "auditor"))
    assert "Open: 1" in auditor.get(PAGE).content.decode()
    page = auditor.get(f"{PAGE}{complaint.ref}/").content.decode()
    for word in ("Ponsonby", WORDS, "treasurer", "We have it."):
        assert word not in page
    for verb in ("read", "correct", "hold", "answer", "note", "close"):
        assert auditor.post(f"{PAGE}{complaint.ref}/{verb}/").status_code == 403
    assert auditor.get(f"{PAGE}new/").status_code == 403
    archivist = logged_in(member("archie", "archivist"))
    assert archivist.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    assert ComplaintNote.objects.count() == 1


def test_what_was_typed_waits_for_the_login(post, desk, alice):
    sent = typed(desk, post.ref)
    late = Client()
    page = late.post(f"{PAGE}record/", sent).content.decode()
    assert "Log in" in page
    assert not Complaint.objects.exists()


def test_readers_learn_numbers_and_nothing_else(post, desk, client):
    assert "None so far." in client.get("/moderation/complaints/").content.decode()
    complaint = recorded(desk, post.ref)
    recorded(desk, post.ref, ground="other")
    closing = {"outcome": "rejected", "seen": 1}
    desk.post(f"{PAGE}{complaint.ref}/close/", closing)
    page = client.get("/moderation/complaints/").content.decode()
    rows = re.findall(r"<th scope=\"row\">(.*?)</th>((?:<td>\d</td>)*)", page)
    numbers = {name: re.findall(r"\d", cells) for name, cells in rows}
    assert numbers == {
        "The law": list("1000100"),
        "Something else": list("1100000"),
    }
    assert complaint.ref not in page
    assert post.ref not in page


def test_a_closed_complaint_is_taken_up_again_on_its_page(post, desk):
    made = recorded(desk, post.ref)
    page = f"{PAGE}{made.ref}/"
    desk.post(f"{page}close/", {"outcome": "rejected", "seen": "1"})
    body = desk.get(page).text
    assert "Take it up again, on record" in body
    counts = Client().get("/moderation/complaints/").text
    assert "taken up again" not in counts
    empty = desk.post(f"{page}reopen/", {"news": " ", "seen": "1"})
    assert empty.status_code == 422
    assert "Say what is new" in empty.text
    over = {"news": "The receipt.", "due_on": "2012-07-03", "seen": "1"}
    assert desk.post(f"{page}reopen/", over).status_code == 422
    sent = {"news": "The receipt came.", "seen": "1"}
    assert desk.post(f"{page}reopen/", sent).status_code == 302
    assert desk.post(f"{page}reopen/", {**sent, "seen": "2"}).status_code == 409
    body = desk.get(page).text
    assert "Closed before" in body
    assert "The receipt came." not in body
    assert "The receipt came." in desk.post(f"{page}read/").text
    assert "Close it, on record" in body
    counts = Client().get("/moderation/complaints/").text
    assert "1 of them was taken up again after it was closed" in counts
    assert "receipt" not in counts
