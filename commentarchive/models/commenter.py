"""Names as a blog showed them, and the addresses that nobody is shown."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import Blog
from commentarchive.text.shown_names import shown_name
from commentarchive.threads import part_words

# What notices on names say.
KINDS = tuple(part_words.KINDS.items())


class Commenter(models.Model):
    """A name as one blog showed it; "not known" is no commenter.

    The fingerprint is keyed and covers name, link and e-mail: two people of one
    name stay two where the source gave different e-mails.
    """

    ref = models.CharField(max_length=LENGTH, unique=True)
    blog = models.ForeignKey(Blog, models.PROTECT, related_name="commenters")
    fingerprint = models.BinaryField(max_length=32)
    capture = models.ForeignKey(
        "Capture", models.PROTECT, db_index=False, related_name="+"
    )

    # The kinds of the open notices on the name and on its link (`PartNotice`), "" where
    # readers see them. And whether it is noted here that the name is barred.
    hidden_name = models.CharField(
        max_length=20, choices=KINDS, blank=True, default="", db_default=""
    )
    hidden_link = models.CharField(
        max_length=20, choices=KINDS, blank=True, default="", db_default=""
    )
    is_barred = models.BooleanField(default=False, db_default=False)

    row_rule = rows.fact(derived=("hidden_name", "hidden_link", "is_barred"))

    class Meta:
        verbose_name = "name"
        indexes: ClassVar = [
            models.Index(
                fields=["blog"],
                condition=~models.Q(hidden_name=""),
                name="names_that_are_hidden",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["blog", "fingerprint"], name="one_commenter_a_fingerprint"
            )
        ]

    def __str__(self) -> str:
        return f"name {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("commenter-detail", args=[self.ref])

    @property
    def has_part_notices(self) -> bool:
        """Whether any notice stands on it or its link, or that it is barred."""
        return bool(self.hidden_name or self.hidden_link or self.is_barred)


def is_hidden_name(blog: str, *names: str) -> "models.Exists":
    """Ask whether one of some words is a name of a blog that readers do not see."""
    same = models.Q()
    for each in names:
        same |= models.Q(name=models.OuterRef(each))
    own = CommenterName.objects.filter(same, commenter__blog=models.OuterRef(blog))
    return models.Exists(own.exclude(commenter__hidden_name=""))


class CommenterName(models.Model):
    """The name and link that a commenter showed."""

    commenter = models.OneToOneField(
        Commenter, models.PROTECT, primary_key=True, related_name="name"
    )
    name = models.TextField()
    link = models.TextField(blank=True)
    # What tells people of one name apart where no e-mail does; never shown.
    person = models.TextField(blank=True, default="")
    # By what names that look alike are found (`text/alike_names.py`).
    looks = models.BigIntegerField(default=0, db_default=0)
    is_odd = models.BooleanField(default=False, db_default=False)

    row_rule = rows.SIDE

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["looks"], name="names_that_look_alike"),
            models.Index(
                fields=["commenter"],
                condition=models.Q(is_odd=True),
                name="odd_names",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """Return the name as readers see it: without addresses and numbers.

        What happened to it, while it is hidden. Reads the commenter.
        """
        hidden_as = self.commenter.hidden_name
        if hidden_as:
            return part_words.placeholder("name", hidden_as)
        return shown_name(self.name)


class PrivateAddress(models.Model):
    """The e-mail and IP address that came with a comment: never for the public."""

    comment = models.OneToOneField(
        "Comment", models.PROTECT, primary_key=True, related_name="private_address"
    )
    email = models.TextField(blank=True)
    ip = models.TextField(blank=True)

    row_rule = rows.SIDE

    class Meta:
        verbose_name_plural = "private addresses"

    def __str__(self) -> str:
        return f"addresses of {self.comment_id}"
