import pytest

from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment, Gap, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
DAYS = ("2012-04-01 09:00:00", "2012-04-02 09:00:00", "2012-04-03 09:00:00")


@pytest.fixture
def thread(tmp_path):
    dated = [comment(n, local=day, gmt=day) for n, day in enumerate(DAYS, 1)]
    load(tmp_path, item(*dated), item(comment(8, gmt=DAYS[1]), number=2))
    return Post.objects.get(source_id="1")


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def test_a_claim_stands_after_the_last_comment_made_before_it(thread):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    assert gap.after == the("2")
    assert (gap.grade, gap.kind, gap.at_least, gap.at_most) == ("claimed", "said", 2, 2)
    entry = Entry.objects.get(event="gap.claimed")
    assert (entry.subject, entry.index) == (gap.ref, gap.entry_index)


def test_the_same_claim_again_changes_nothing(thread):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    assert claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM) == gap
    assert Entry.objects.filter(event="gap.claimed").count() == 1


def test_refuses_another_number_and_none_at_all(thread):
    claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    with pytest.raises(ValueError, match="on record already that it says 2"):
        claim_gap(thread, number=3, said_in=the("8"), by=SYSTEM)
    with pytest.raises(ValueError, match="at least one"):
        claim_gap(thread, number=0, said_in=the("1"), by=SYSTEM)
    assert Gap.objects.count() == 1
