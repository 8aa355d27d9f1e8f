"""Name in texts that were cleaned before where links lead, and what nobody would see."""

from itertools import batched

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from commentarchive.text.clean_html import undeceiving

ROWS = 2000


def clean_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    text = apps.get_model("commentarchive", "RevisionText")
    keys = list(text.objects.order_by("pk").values_list("pk", flat=True))
    for some in batched(keys, ROWS):
        changed = []
        for row in text.objects.filter(pk__in=some):
            html = undeceiving(row.html)
            if html != row.html:
                row.html = html
                changed.append(row)
        # Rows of this table are inserted and deleted, and never changed.
        text.objects.filter(pk__in=[row.pk for row in changed]).delete()
        text.objects.bulk_create(changed)


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0036_articles_of_comments")]
    operations = [migrations.RunPython(clean_again, migrations.RunPython.noop)]
