"""Charts of an issued report: of what its document says, and of nothing alone."""

from moderation.reports.issued_charts import charts_as_issued


def figure(key, numbers, unit="count"):
    return {
        "key": key,
        "title": "Decisions by action",
        "unit": unit,
        "lines": [{"key": k, "label": k, "now": n} for k, n in numbers.items()],
    }


def drawn(*figures):
    return [(chart.key, chart.rows) for chart in charts_as_issued({"figures": figures})]


def test_bars_are_in_order_and_none_stands_alone():
    two = figure("decisions-by-action", {"Restored": 1, "Held": 0, "Taken down": 2})
    assert drawn(two) == [
        ("decisions-by-action-all", (("Taken down", "2"), ("Restored", "1")))
    ]
    assert drawn(figure("decisions-by-action", {"Held": 3, "Restored": 0})) == []
    assert drawn(figure("decisions-by-decider", {"a": 1, "b": 2})) == []


def test_months_are_in_order_and_none_stands_alone():
    numbers = {"2012-05": 7, "2011-12": 3}
    [(key, rows)] = drawn(figure("wait-by-month", numbers, "hours"))
    assert (key, [row[1] for row in rows]) == ("wait-by-month", ["3", "7"])
    assert drawn(figure("comments-by-month", {"2012-05": 7})) == []
