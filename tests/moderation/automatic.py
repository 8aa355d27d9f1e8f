"""Automatic rules made for tests."""

from commentarchive.models import Blog
from moderation.actions.automation import (
    drafts_of,
    mark_of,
    publish_rules,
    save_draft,
)
from moderation.models import AutomaticDraft

# After the publication of whatever a test publishes.
LATER = "2099-04-01 10:00:00"


def draft(blog=None, lines="watches", **values):
    """Keep a draft rule that blocks spam."""
    made = AutomaticDraft(
        **{
            "blog": blog,
            "title": "Goods",
            "kind": "words",
            "lines": lines,
            "action": "block",
            "house_rule": 1,
            "sentence": "It advertises something that has nothing to do with the article.",
            **values,
        }
    )
    save_draft(made, seen="")
    return made


def publish(by, blog=None, **options):
    """Publish the draft of a set."""
    seen = mark_of(list(drafts_of(blog)))
    return publish_rules(blog, seen=seen, by=by, **options)


def the_blog():
    return Blog.objects.get()
