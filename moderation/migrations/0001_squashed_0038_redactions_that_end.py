"""All tables as the migrations up to 0038 leave them, for a database without any.

An archive that has some of those migrations takes the rest of them, one by one.
"""

from django.db import migrations

from commentarchive.migrations.tables.creation import CreateTables
from moderation.migrations.tables import cases, decisions, desk, letters


class Migration(migrations.Migration):
    replaces = [
        ("moderation", "0001_initial"),
        ("moderation", "0002_words_on_screen"),
        ("moderation", "0003_decisions_on_more"),
        ("moderation", "0004_fill_decisions"),
        ("moderation", "0005_what_decisions_are_about"),
        ("moderation", "0006_history_and_states"),
        ("moderation", "0007_fill_states"),
        ("moderation", "0008_labels_in_lower_case"),
        ("moderation", "0009_fill_news"),
        ("moderation", "0010_claims"),
        ("moderation", "0011_claims_against_unknown_blogs"),
        ("moderation", "0012_searches_in_hidden_texts"),
        ("moderation", "0013_searched_facts"),
        ("moderation", "0014_fill_searched_facts"),
        ("moderation", "0015_facts_words_as_searched"),
        ("moderation", "0018_names_of_staff"),
        ("moderation", "0019_reports_of_comments"),
        ("moderation", "0020_own_house_rules"),
        ("moderation", "0021_automatic_rules"),
        ("moderation", "0022_batches"),
        ("moderation", "0023_queue"),
        ("moderation", "0026_complaints"),
        ("moderation", "0027_letters"),
        ("moderation", "0028_undoing_batches"),
        ("moderation", "0029_conflicts_of_wordings"),
        ("moderation", "0031_issued_reports"),
        ("moderation", "0036_ends_of_rules_and_complaints"),
        ("moderation", "0038_redactions_that_end"),
    ]
    dependencies = [
        ("commentarchive", "0094_sealed_factors"),
        ("ledger", "0004_witnesses"),
    ]
    operations = [
        CreateTables(
            [*decisions.TABLES, *cases.TABLES, *desk.TABLES, *letters.TABLES]
        ),
    ]
