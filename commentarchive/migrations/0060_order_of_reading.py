"""Work out anew what depended on the order in which copies were read.

Copies are compared again after the migration, and comments that only outweighed copies
name as parents are taken out of sight.
"""

from django.db import migrations

from commentarchive.ledger import triggers


def work_out_anew(apps, schema_editor):
    """Mark every copy as not compared, and hide placeholders that nothing answers."""
    comments = apps.get_model("commentarchive", "Comment").objects
    untold = comments.filter(capture=None, visibility="unknown", decided_entry=None)
    posts = dict(untold.values_list("pk", "post"))
    among = comments.filter(post__in=set(posts.values()), parent__isnull=False)
    answered = set(among.values_list("parent", flat=True))
    left = [pk for pk in posts if pk not in answered]
    comments.filter(pk__in=left).update(visibility="internal")
    shown = {posts[pk] for pk in left}
    segments = apps.get_model("commentarchive", "Segment")
    segments.objects.filter(post__in=shown).delete()
    articles = apps.get_model("commentarchive", "Post").objects
    articles.filter(pk__in=shown).update(stored_places=None)
    captures = apps.get_model("commentarchive", "Capture").objects
    captures.exclude(state="reading").update(is_compared=False)


def as_before(apps, schema_editor):
    """Show every placeholder, and take the sources' words out of what copies held.

    Earlier versions read neither. A copy's row takes 25 bytes a comment; above the four
    bits of its state is the word. The triggers are made anew at the end.
    """
    triggers.remove(using=schema_editor.connection.alias)
    manifests = apps.get_model("commentarchive", "Manifest").objects
    for manifest in manifests.only("packed").iterator(chunk_size=500):
        packed = bytearray(manifest.packed)
        packed[24::25] = bytes(code & 15 for code in packed[24::25])
        if packed != bytes(manifest.packed):
            manifests.filter(pk=manifest.pk).update(packed=bytes(packed))
    comments = apps.get_model("commentarchive", "Comment").objects
    hidden = comments.filter(capture=None, visibility="internal", decided_entry=None)
    hidden.update(visibility="unknown")


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0042_days_without_an_hour")]
    operations = [migrations.RunPython(work_out_anew, as_before)]
