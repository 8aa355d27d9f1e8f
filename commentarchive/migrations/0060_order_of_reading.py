"""Work out anew what depended on the order in which copies were read.

Copies are compared again after the migration, and comments that only outweighed copies
name as parents are taken out of sight.
"""

from django.db import migrations


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


def show_again(apps, schema_editor):
    """Show every placeholder, as earlier versions do."""
    comments = apps.get_model("commentarchive", "Comment").objects
    hidden = comments.filter(capture=None, visibility="internal", decided_entry=None)
    hidden.update(visibility="unknown")


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0042_days_without_an_hour")]
    operations = [migrations.RunPython(work_out_anew, show_again)]
