"""Drop the stored pages of threads in which claims stand or are made."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def drop_pages(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    gap, segment, post = (
        apps.get_model("commentarchive", name) for name in ("Gap", "Segment", "Post")
    )
    said = gap.objects.filter(kind="said").values_list("post_id", "said_in__post_id")
    for pk in sorted({pk for pks in said for pk in pks if pk is not None}):
        segment.objects.filter(post_id=pk).delete()
        post.objects.filter(pk=pk).update(stored_places=None)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0029_more_corrections")]
    operations = [migrations.RunPython(drop_pages, drop_pages)]
