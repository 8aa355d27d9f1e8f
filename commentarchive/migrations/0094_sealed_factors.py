"""Secrets of second factors are sealed by a key outside the database."""

from typing import Any

from django.db import migrations

from commentarchive import factor_key

# Which of a factor's facts are secrets: the app's, and what recovery codes are made of.
SECRETS = ("secret", "seed")


def seal_all(apps: Any, _editor: object) -> None:
    """Seal what is not sealed; one that is was sealed by a run that was cut short."""
    for each in apps.get_model("mfa", "Authenticator").objects.order_by("pk"):
        plain = {
            name: each.data[name]
            for name in SECRETS
            if name in each.data and not factor_key.is_sealed(each.data[name])
        }
        if plain:
            sealed = {name: factor_key.seal(secret) for name, secret in plain.items()}
            each.data = {**each.data, **sealed}
            each.save(update_fields=["data"])


def open_all(apps: Any, _editor: object) -> None:
    """Put them back as they were; what cannot be read stays, and is of no use."""
    for each in apps.get_model("mfa", "Authenticator").objects.order_by("pk"):
        try:
            opened = {
                name: factor_key.open_sealed(each.data[name])
                for name in SECRETS
                if factor_key.is_sealed(each.data.get(name, ""))
            }
        except factor_key.Unreadable:
            continue
        if opened:
            each.data = {**each.data, **opened}
            each.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("commentarchive", "0092_told_versions"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(seal_all, open_all)]
