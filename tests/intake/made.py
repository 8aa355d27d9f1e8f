"""Articles and comments as they are read and as they are stored, made for tests."""

from datetime import UTC, datetime

from commentarchive.importers.parsed import ParsedComment, ParsedPost, When
from commentarchive.intake.stored import StoredComment
from commentarchive.matching import Key

AT = datetime(2012, 4, 1, 9, tzinfo=UTC)


def article(**values):
    usual = {
        "scheme": "wordpress",
        "source_id": "1",
        "status": "publish",
        "is_live": True,
        "is_whole": True,
        "form": "html",
    }
    return ParsedPost(**usual | values)


def comment(source_id="1", text="Text.", **changes):
    return ParsedComment(
        *(source_id, "", "comment", "live", "Ann", "", "", "", When("", AT)),
        *(text, "html", text, text, 0),
    )._replace(**changes)


def stored(pk=1, **changes):
    usual = {
        "pk": pk,
        "ref": f"c{pk}",
        "parent_pk": None,
        "position": 0,
        "depth": 0,
        "visibility": "published",
        "source_state": "live",
        "source_parent": "",
        "is_placeholder": False,
        "when": AT.timestamp(),
    }
    return StoredComment(**usual | changes)


def key(source_id="1", twin=0, scheme="wordpress"):
    return Key(scheme, source_id, twin)
