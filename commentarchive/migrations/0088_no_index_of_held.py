"""Drop an index that no query reads since the desk has rows of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("commentarchive", "0087_redactions")]
    operations = [migrations.RemoveIndex("comment", "held_by_decisions")]
