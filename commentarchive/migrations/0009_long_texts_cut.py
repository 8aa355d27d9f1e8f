"""Drop the stored pages of threads with long comments, which are cut from now on."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Length

# A text of so many characters may have more bytes than pages show.
MAY_BE_LONG = 1 << 16


def drop_pages(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    text, segment, post = (
        apps.get_model("commentarchive", name)
        for name in ("RevisionText", "Segment", "Post")
    )
    long = text.objects.annotate(length=Length("html")).filter(
        length__gt=MAY_BE_LONG, revision__comment__isnull=False
    )
    posts = set(long.values_list("revision__comment__post_id", flat=True))
    for pk in sorted(posts):
        segment.objects.filter(post_id=pk).delete()
        post.objects.filter(pk=pk).update(stored_places=None)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0008_observed_removals")]
    operations = [migrations.RunPython(drop_pages, drop_pages)]
