"""What an article says of its copies, where systems meet in one reading or in several."""

import itertools

import pytest

from commentarchive.intake.session import import_files
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Post
from tests.importers.formats.test_nested_fields import disqus
from tests.wxr import comment, export, item

pytestmark = pytest.mark.django_db
MORE = b"<p>A remark.</p>"


def files(folder):
    """Return two exports of each of two systems that have one article."""
    one = disqus("").replace(b"quay.example", b"test.example")
    data = {
        "1.xml": export(item(comment(1))),
        "2.xml": export(item(comment(1), comment(2, "Two."))),
        "3.xml": one,
        "4.xml": one.replace(MORE, b"<p>Another one.</p>"),
    }
    for name, content in data.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in data]


def named():
    return [str(each) for each in reconcile()]


@pytest.mark.parametrize(
    "together",
    [[(0, 2)], [(0, 2), (1,)], [(0, 2), (3,)], [(2, 0), (1, 3)], [(0,), (2,), (3, 1)]],
)
def test_systems_that_are_given_together(tmp_path, together):
    paths = files(tmp_path)
    for some in together:
        import_files([paths[each] for each in some], blog_slug="test")
        assert named() == []
    assert Post.objects.count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_systems_that_are_read_in_any_order(tmp_path, order):
    paths = files(tmp_path)
    for each in order:
        import_files([paths[each]], blog_slug="test")
        assert named() == []
