"""Room for words of types; and drop the stored pages of names that are cut from now on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

# Whatever may hold an address or a telephone number.
MAY_BE_CUT = Q(name__regex="[@＠﹫]|[0-9].*[0-9]") | Q(name__iregex="[({[] ?at ?[])}]")


def drop_pages(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    name, comment, segment, post = (
        apps.get_model("commentarchive", model)
        for model in ("CommenterName", "Comment", "Segment", "Post")
    )
    cut = name.objects.filter(MAY_BE_CUT).values("pk")
    found = comment.objects.filter(commenter__in=cut).values_list("post", flat=True)
    for pk in sorted(set(found)):
        segment.objects.filter(post_id=pk).delete()
        post.objects.filter(pk=pk).update(stored_places=None)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0032_same_threads")]
    operations = [
        migrations.AlterField(
            model_name="testimony",
            name="kind",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.RunPython(drop_pages, drop_pages),
    ]
