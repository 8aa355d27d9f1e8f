import pytest

from commentarchive.actions import commenters
from commentarchive.models import Comment, Commenter
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def names():
    return {
        each.source_id: each.commenter_id
        for each in Comment.objects.exclude(commenter=None)
    }


def test_one_name_with_another_mail_or_link_is_somebody_else(tmp_path):
    load(
        tmp_path,
        item(
            comment(1, author="Nell", email="a@mail.example"),
            comment(2, author="Nell", email="a@mail.example"),
            comment(3, author="Nell", email="b@mail.example"),
            comment(4, author="Nell", email="a@mail.example", url="https://n.example/"),
            comment(5, author="", email="a@mail.example"),
        ),
    )
    found = names()
    assert found["1"] == found["2"]
    assert len({found[number] for number in "134"}) == 3
    assert "5" not in found
    assert Commenter.objects.count() == 3


@pytest.mark.parametrize("remembered", [0, 20_000])
def test_a_later_file_finds_the_names_of_an_earlier_one(
    tmp_path, monkeypatch, remembered
):
    """As many as there are, whether they are remembered between batches or not."""
    monkeypatch.setattr(commenters, "REMEMBERED", remembered)
    load(tmp_path, item(comment(1, author="Nell")), item(comment(2), number=2))
    load(tmp_path, item(comment(3, author="Nell"), number=3), name="b.xml")
    assert len(set(names().values())) == 1
    assert Commenter.objects.count() == 1


def test_one_name_on_two_blogs_is_two_names(tmp_path):
    for slug in ("one", "two"):
        load(tmp_path, item(comment(1)), blog_slug=slug, name=f"{slug}.xml")
    assert Commenter.objects.count() == 2
