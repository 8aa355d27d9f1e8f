import pytest

from commentarchive.importers.page_times import (
    days_alone,
    exact,
    printed,
    stated_or_printed,
)
from commentarchive.importers.parsed import When

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "language", "moment"),
    [
        ("17.10.2019, 14:14", "de", "2019-10-17 14:14:00"),
        ("12. März 2013 um 10:14 Uhr", "de-de", "2013-03-12 10:14:00"),
        ("Comment by Eva — 17.07, 2011 @ 13:10", "de", "2011-07-17 13:10:00"),
        ("said, on August 3, 2019 at 3:19 pm", "en", "2019-08-03 15:19:00"),
        ("18. 05. 2014 22:38", "de", "2014-05-18 22:38:00"),
        ("14.09.2022 um 21.32", "de", "2022-09-14 21:32:00"),
        ("Kommentar am 07.08.09 um 10:25", "de", "2009-08-07 10:25:00"),
        ("26 abril 2022 a las 15:11", "es", "2022-04-26 15:11:00"),
        ("3 de mayo de 2012 a las 10:14", "es", "2012-05-03 10:14:00"),
        ("juillet 14, 2010 à 9 h 05 min", "fr", "2010-07-14 09:05:00"),
        ("2012年5月3日 10:14", "ja", "2012-05-03 10:14:00"),
        ("26 апреля 2014 в 10:15", "ru", "2014-04-26 10:15:00"),
        # The language of a theme is not always that of the blog.
        ("July 3, 2010 at 5:14 pm", "de", "2010-07-03 17:14:00"),
        ("2022-05-05 14:04:00Z, License", "en", "2022-05-05 14:04:00+00:00"),
    ],
)
def test_a_time_is_found_among_a_theme_s_words(text, language, moment):
    assert str(printed(text, language).utc) == moment


@pytest.mark.parametrize(
    "text",
    [
        "Jun 20th at 12:50 pm",
        "6 months ago",
        # Nobody can tell which is the month.
        "3/4/2009 um 12:14",
        # Nor which of two it is.
        "3. Mai 2012, bearbeitet am 4. Mai 2012",
        "",
    ],
)
def test_what_is_no_one_time_is_only_printed(text):
    assert printed(text, "de").utc is None
    assert printed(text, "de").printed == text


def test_numbers_with_points_are_days_before_months_but_not_in_english():
    assert str(printed("5.3.12 at 9:14 pm", "de").utc) == "2012-03-05 21:14:00"
    assert printed("5.3.12 at 9:14 pm", "en-US").utc is None
    assert str(printed("12.29.14 at 9:14 pm", "en-US").utc) == "2014-12-29 21:14:00"


def test_attributes_hold_seconds_or_a_whole_time():
    for value in ("1336058040", "1336058040000", "2012-05-03T17:14:00+02:00"):
        assert str(exact(value, "en").utc) == "2012-05-03 15:14:00+00:00"
    assert exact("not a time", "en").utc is None
    day = stated_or_printed("2012-05-03", "May 3, 2012 at 5:14 pm", "en")
    assert str(day.utc) == "2012-05-03 17:14:00"


@pytest.mark.parametrize(
    ("text", "language", "hour"),
    [
        ("2012年5月3日 下午5:14", "zh-cn", 17),
        ("2012年5月3日 下午 12:14", "zh-tw", 12),
        ("2012年5月3日 上午12:14", "zh-cn", 0),
        ("2012年5月3日 午後5:14", "ja", 17),
        ("2012年5月3日 17:14", "ja", 17),
        ("2012년 5월 3일 오후 5:14", "ko", 17),
        ("2012년 5월 3일 5:14 오전", "ko", 5),
        ("3 Μαΐου 2012 στις 5:14 μμ", "el", 17),
        ("3 Μαΐου 2012 στις 5:14 π.μ.", "el", 5),
        ("3 Mayıs 2012 ÖS 5:14", "tr", 17),
        ("3 mayo, 2012 a las 5:14 p. m.", "es", 17),
        ("May 3, 2012 at 12:14 am", "en", 0),
    ],
)
def test_halves_of_a_day_have_words_in_other_languages(text, language, hour):
    assert str(printed(text, language).utc) == f"2012-05-03 {hour:02}:14:00"


@pytest.mark.parametrize(
    ("zone", "hour", "offset"),
    [
        ("GMT+2", 15, 120),
        ("(UTC+2)", 15, 120),
        ("UTC +02:00", 15, 120),
        ("UTC−5", 22, -300),
        ("GMT-0500 (EST)", 22, -300),
        ("+0530", 11, 330),
        ("GMT", 17, None),
    ],
)
def test_an_offset_behind_the_name_of_utc_is_heeded(zone, hour, offset):
    when = printed(f"May 3, 2012 at 5:14 pm {zone}", "en")
    minute = 44 if offset == 330 else 14
    assert str(when.utc) == f"2012-05-03 {hour:02}:{minute}:00+00:00"
    assert when.offset == offset


def test_a_number_behind_an_hour_is_no_offset():
    # They may be votes.
    assert str(printed("3 May 2012 17:14 +3", "en").utc) == "2012-05-03 17:14:00"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("3 พฤษภาคม 2555 17:14", "th"),
        ("13/02/22 10:14", "ja"),
        ("12.05.03 17:14", "ko"),
        ("12-05-30", "zh-cn"),
    ],
)
def test_years_of_another_calendar_or_order_are_only_printed(text, language):
    assert printed(text, language) == When(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12 March 2011", "en"),
        ("März 12, 2011 Antworten", "de"),
        ("12.03.2011", "de"),
        ("2011年3月12日", "ja"),
        ("12 de marzo de 2011", "es"),
    ],
)
def test_a_day_has_no_hour(text, language):
    when = printed(text, language)
    assert (str(when.utc), when.offset, when.day_only) == (
        *("2011-03-12 00:00:00", None),
        True,
    )


def test_midnight_that_is_told_is_an_hour():
    for text in ("12 March 2011, 00:00", "12 March 2011 at 12:00 am"):
        when = printed(text, "en")
        assert (str(when.utc), when.day_only) == ("2011-03-12 00:00:00", False)


def test_a_day_for_machines_gives_way_to_a_printed_hour_alone():
    both = stated_or_printed("2011-03-12", "12 March 2011, 5:14 pm", "en")
    assert (str(both.utc), both.day_only) == ("2011-03-12 17:14:00", False)
    for shown in ("12 March 2011", "a year ago", ""):
        day = stated_or_printed("2011-03-12", shown, "en")
        assert (str(day.utc), day.day_only) == ("2011-03-12 00:00:00", True)
    # Ten digits are seconds, and no date.
    seconds = stated_or_printed("1299950040", "12 March 2011", "en")
    assert (str(seconds.utc), seconds.day_only) == ("2011-03-12 17:14:00+00:00", False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2011. március 12. 17:14", "hu"),
        ("2011. márc. 12., szombat 5:14 du.", "hu"),
        ("2011 m. kovo 12 d. 17:14", "lt"),
        ("2011(e)ko martxoaren 12a, 17:14", "eu"),
        ("2011. gada 12. marts 17:14", "lv"),
        ("12 Tháng Ba, 2011 lúc 5:14 chiều", "vi"),
        ("ngày 12 tháng 3 năm 2011 lúc 17:14", "vi"),
        ("12 مارس، 2011 الساعة 5:14 م", "ar"),
        ("١٢ مارس ٢٠١١ الساعة ٥:١٤ م", "ar"),
        ("12 मार्च 2011 को 17:14", "hi"),
        ("12. mars 2011 kl. 17:14", "no"),
        ("2011年3月12日 下午5点14分", "zh-cn"),
        ("2011年3月12日 17點14分", "zh-tw"),
        ("2011年3月12日 午後5時14分", "ja"),
        ("2011년 3월 12일 오후 5시 14분", "ko"),
    ],
)
def test_dates_and_hours_of_other_languages(text, language):
    when = printed(text, language)
    assert (str(when.utc), when.printed) == ("2011-03-12 17:14:00", text)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("中午12:14", 12),
        ("中午11:14", 11),
        ("凌晨12:14", 0),
        ("晚上8:14", 20),
        ("夜9:14", 21),
    ],
)
def test_parts_of_a_day(text, hour):
    assert printed(f"2012年5月3日 {text}", "zh").utc.hour == hour


@pytest.mark.parametrize(
    ("text", "language"),
    [
        # Twelve at night ends a day, or begins it.
        ("2012年5月3日 晚上12:30", "zh-cn"),
        ("2012년 5월 3일 밤 12시 30분", "ko"),
        ("2012年5月3日 深夜1:30", "ja"),
        # Years of other calendars: Persian, Buddhist, of Nepal, of Ethiopia.
        ("۱۲ اسفند ۱۳۸۹ ۱۷:۱۴", "fa"),
        ("1389/12/22 17:14", "fa"),
        ("۹۰/۱۲/۲۲ ۱۷:۱۴", "fa"),
        ("12 มีนาคม 2554 17:14", "th"),
        ("2068/12/22 17:14", "ne"),
        ("22/12/2003 17:14", "am"),
        # A number before a word is no year.
        ("Nr. 2011 Kommentar 12", "de"),
    ],
)
def test_what_may_be_another_day_is_only_printed(text, language):
    assert printed(text, language).utc is None


def test_midnights_alone_are_days():
    """Some themes write days for machines as their first second."""
    stated = [f"2011-03-{day}T00:00:00+01:00" for day in (12, 12, 14)]
    times = [exact(each, "en") for each in stated]
    days = days_alone([*times, When("long ago")])
    assert [str(each.utc) for each in days] == [
        *("2011-03-12 00:00:00", "2011-03-12 00:00:00", "2011-03-14 00:00:00", "None"),
    ]
    assert [each.day_only for each in days] == [True, True, True, False]
    assert days_alone(times[:2]) == times[:2]
    one = exact("2011-03-12T00:00:01+01:00", "en")
    assert days_alone([*times, one]) == [*times, one]
