"""The judgement: house rules, the desk, decisions and reports."""
