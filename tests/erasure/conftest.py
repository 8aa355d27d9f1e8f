import pytest

from commentarchive.models import Comment
from tests.erasure.quarrel import thread


@pytest.fixture
def one(tmp_path):
    thread(tmp_path / "..")
    return Comment.objects.get(source_id="2")
