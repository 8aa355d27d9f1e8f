"""Each figure of a report: one function, and one line of the table in `table.py`."""
