import os
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.backup.parts import PartWriter
from commentarchive.backup.retention import kept, moment_of, name_at, too_many

pytestmark = pytest.mark.pure
START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 24 * 3600).map(
    lambda seconds: START + timedelta(seconds=seconds)
)


@given(st.sets(MOMENTS, max_size=60))
def test_what_is_kept(moments):
    stays = kept(moments)
    assert stays <= moments
    assert len(stays) <= 7 + 4 + 12
    if not moments:
        return
    newest_of_a_day = {}
    for moment in sorted(moments):
        newest_of_a_day[moment.date()] = moment
    days = sorted(newest_of_a_day)
    # The newest of each of the last seven days that have one, whatever else there is.
    assert {newest_of_a_day[day] for day in days[-7:]} <= stays
    # Of each month that is not too long ago there is one.
    months = sorted({(moment.year, moment.month) for moment in moments})
    assert set(months[-12:]) <= {(moment.year, moment.month) for moment in stays}
    # Once thinned out, nothing more goes until there is a new one.
    assert kept(stays) == stays


@given(st.sets(MOMENTS, max_size=40), MOMENTS)
def test_a_new_one_brings_nothing_back(moments, new):
    later = max({*moments, new})
    assert kept({*kept(moments), later}) <= {*kept(moments), later}
    assert later in kept({*moments, later})


def test_a_year_of_daily_backups_leaves_one_a_day_a_week_and_a_month():
    last = datetime(2026, 11, 28, 3, tzinfo=UTC)
    stays = sorted(kept(last - timedelta(days=each) for each in range(400)))
    assert stays[-7:] == [last - timedelta(days=each) for each in range(6, -1, -1)]
    # Sundays, which end a week; before them the ends of months.
    before = [f"{moment:%m-%d}" for moment in stays[-11:-7]]
    assert before == ["09-30", "10-31", "11-08", "11-15"]
    assert len({(moment.year, moment.month) for moment in stays}) == 12


def made(folder, moment):
    path = folder / name_at(moment)
    with path.open("wb") as out:
        writer = PartWriter(out, {}, None)
        writer.finish({})
        writer.close()
    return path


def test_nothing_goes_that_was_not_made_here(tmp_path, capsys):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ours = [made(tmp_path, start + timedelta(hours=each)) for each in range(3)]
    named_alike = tmp_path / name_at(start + timedelta(hours=12))
    named_alike.write_bytes(b"somebody's own file")
    renamed = ours[0].with_name("before-the-move.tar")
    renamed.write_bytes(ours[0].read_bytes())
    os.link(ours[0], tmp_path / "elsewhere")
    (tmp_path / name_at(start + timedelta(hours=13))).symlink_to(ours[1])
    (tmp_path / "commentarchive-20260230T000000Z.tar").write_bytes(ours[0].read_bytes())
    assert [moment_of(path) for path in (named_alike, renamed)] == [None, None]
    assert too_many(tmp_path) == ours[:2]
    call_command("prune_backups", str(tmp_path), "--dry-run")
    assert all(path.exists() for path in ours)
    call_command("prune_backups", str(tmp_path))
    assert [path.exists() for path in ours] == [False, False, True]
    assert named_alike.exists()
    assert renamed.exists()
    assert capsys.readouterr().out.count("deleted") == 4
