"""All tables as the migrations up to 0094 leave them, for a database without any.

An archive that has some of those migrations takes the rest of them, one by one. What
they do beside tables is called from them here, so that it is written once.
"""

from importlib import import_module

from django.conf import settings
from django.db import migrations

from commentarchive.migrations.tables import (
    around,
    articles,
    comments,
    copies,
    notices,
)
from commentarchive.migrations.tables.creation import CreateTables

twins = import_module("commentarchive.migrations.0019_no_twin_indexes")
packed_windows = import_module("commentarchive.migrations.0025_packed_windows")
search = import_module("commentarchive.migrations.0040_search")
passages = import_module("commentarchive.migrations.0084_passages")
noop = migrations.RunPython.noop


class Migration(migrations.Migration):
    replaces = [
        ("commentarchive", "0001_initial"),
        ("commentarchive", "0002_derived_revision_of_posts"),
        ("commentarchive", "0003_segments"),
        ("commentarchive", "0004_words_on_screen"),
        ("commentarchive", "0005_leaves_of_articles"),
        ("commentarchive", "0006_holds_and_kept_digests"),
        ("commentarchive", "0007_copies_compared"),
        ("commentarchive", "0008_observed_removals"),
        ("commentarchive", "0009_long_texts_cut"),
        ("commentarchive", "0010_types_let_through"),
        ("commentarchive", "0011_comparisons_anew"),
        ("commentarchive", "0012_articles_absent"),
        ("commentarchive", "0013_numbers_after_a_move"),
        ("commentarchive", "0014_copies_dated_later"),
        ("commentarchive", "0015_evidence"),
        ("commentarchive", "0016_labels_in_lower_case"),
        ("commentarchive", "0017_times_of_copies"),
        ("commentarchive", "0018_news_of_decided"),
        ("commentarchive", "0019_no_twin_indexes"),
        ("commentarchive", "0020_corrections"),
        ("commentarchive", "0021_claims"),
        ("commentarchive", "0022_drafts_of_texts"),
        ("commentarchive", "0023_import_jobs"),
        ("commentarchive", "0024_joined_names"),
        ("commentarchive", "0025_packed_windows"),
        ("commentarchive", "0026_archive_version"),
        ("commentarchive", "0027_page_renewals"),
        ("commentarchive", "0028_cross_posts_of_blogs"),
        ("commentarchive", "0029_more_corrections"),
        ("commentarchive", "0030_claims_in_threads"),
        ("commentarchive", "0031_lists_by_number"),
        ("commentarchive", "0032_same_threads"),
        ("commentarchive", "0033_kinds_and_cut_names"),
        ("commentarchive", "0034_feeds"),
        ("commentarchive", "0035_hidden_phrases"),
        ("commentarchive", "0036_articles_of_comments"),
        ("commentarchive", "0037_texts_undeceiving"),
        ("commentarchive", "0038_look_alikes"),
        ("commentarchive", "0039_proposed_cross_posts"),
        ("commentarchive", "0040_search"),
        ("commentarchive", "0041_phrases_of_articles"),
        ("commentarchive", "0042_days_without_an_hour"),
        ("commentarchive", "0060_order_of_reading"),
        ("commentarchive", "0064_part_notices"),
        ("commentarchive", "0066_ends_of_measures"),
        ("commentarchive", "0080_articles_of_claims"),
        ("commentarchive", "0082_erasure_requests"),
        ("commentarchive", "0083_days_of_copies"),
        ("commentarchive", "0084_passages"),
        ("commentarchive", "0085_invitations"),
        ("commentarchive", "0086_access_journal"),
        ("commentarchive", "0087_redactions"),
        ("commentarchive", "0088_no_index_of_held"),
        ("commentarchive", "0092_told_versions"),
        ("commentarchive", "0094_sealed_factors"),
    ]
    dependencies = [
        ("ledger", "0004_witnesses"),
        ("mfa", "0003_authenticator_type_uniq"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        CreateTables(
            [
                *articles.TABLES,
                *comments.TABLES,
                *copies.TABLES,
                *notices.TABLES,
                *around.TABLES,
            ]
        ),
        migrations.RunPython(twins.drop, noop),
        migrations.RunPython(packed_windows.store_as_it_is, noop),
        migrations.RunPython(search.make_indexes, search.drop_indexes),
        migrations.RunPython(passages.make_index, passages.drop_index),
    ]
