"""Steps of a draft: nobody saves over another, and what is undone stays undone."""

import pytest

from commentarchive.actions.drafts import (
    KEPT_STEPS,
    DraftClosed,
    DraftMoved,
    NothingToUndo,
    close_draft,
    latest_step,
    save_step,
    undo_step,
)
from commentarchive.actions.staff import acting
from commentarchive.intake.drafts import start_draft
from commentarchive.models import DraftStep
from commentarchive.transcripts.marks import Role, with_role
from commentarchive.transcripts.marks_json import from_json
from commentarchive.transcripts.paragraphs import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(olive):
    return acting(olive)


@pytest.fixture
def draft(who):
    return start_draft(b"One.\nTwo.\n", "page.txt", by=who)


def marks_with(draft, role):
    return with_role(from_json(latest_step(draft).marks), Place(1), role)


def test_an_old_version_is_refused(draft, who):
    now = save_step(draft, marks_with(draft, Role.ARTICLE), seen=1, by=who)
    assert now.version == 2
    with pytest.raises(DraftMoved):
        save_step(draft, marks_with(draft, Role.START), seen=1, by=who)
    with pytest.raises(DraftMoved):
        undo_step(draft, seen=1, by=who)
    assert from_json(latest_step(draft).marks).paragraphs[0].role is Role.ARTICLE


def test_only_the_last_steps_can_be_undone(draft, who):
    roles = [Role.ARTICLE, Role.START]
    for seen in range(1, KEPT_STEPS + 10):
        draft = save_step(draft, marks_with(draft, roles[seen % 2]), seen=seen, by=who)
    assert DraftStep.objects.count() == KEPT_STEPS
    undone = 0
    with pytest.raises(NothingToUndo):
        while True:
            draft = undo_step(draft, seen=draft.version, by=who)
            undone += 1
    assert undone >= KEPT_STEPS // 2 - 1


def test_a_closed_draft_takes_no_step(draft, who):
    marks = marks_with(draft, Role.START)
    close_draft(draft, None)
    for act in (
        lambda: save_step(draft, marks, seen=1, by=who),
        lambda: undo_step(draft, seen=1, by=who),
        lambda: close_draft(draft, None),
        lambda: latest_step(draft),
    ):
        with pytest.raises(DraftClosed, match="discarded already"):
            act()
