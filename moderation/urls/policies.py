"""Addresses of the house rules: the archive's, and each blog's own."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from commentarchive.middleware.queries import asks
from moderation.views import changed_rules, policies, rule_drafts, rule_endings


def _public(route: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    return [
        path(f"policy/{route}", view, name=name),
        path(f"policy/blogs/<slug:slug>/{route}", view, name=name),
    ]


def _desk(route: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    return [
        path(f"desk/policy/{route}", view, name=name),
        path(f"desk/policy/blogs/<ref:blog>/{route}", view, name=name),
    ]


urlpatterns = [
    *_public("", policies.current, "policy"),
    *_public("<int:number>/", policies.version, "policy-version"),
    *_public(
        "<int:number>/changes/", asks(policies.changes, "since"), "policy-changes"
    ),
    path(
        "desk/policy/decisions/",
        asks(changed_rules.index, "before", "after"),
        name="policy-decisions",
    ),
    *_desk("", rule_drafts.draft, "policy-draft"),
    *_desk("start/", rule_drafts.start, "policy-start"),
    *_desk("preview/", rule_drafts.preview, "policy-preview"),
    *_desk("publish/", rule_drafts.publish, "policy-publish"),
    path("desk/policy/blogs/<ref:blog>/end/", rule_endings.page, name="policy-end"),
    path(
        "desk/policy/blogs/<ref:blog>/end/publish/",
        rule_endings.publish,
        name="policy-end-publish",
    ),
    *_desk("rules/new/", rule_drafts.new_rule, "policy-rule-new"),
    *_desk("rules/add/", rule_drafts.add, "policy-rule-add"),
    *_desk("rules/<int:number>/", rule_drafts.rule, "policy-rule"),
    *_desk("rules/<int:number>/save/", rule_drafts.change, "policy-rule-save"),
    *_desk("rules/<int:number>/move/", rule_drafts.move, "policy-rule-move"),
    *_desk("rules/<int:number>/take-out/", rule_drafts.out, "policy-rule-out"),
    *_desk("rules/<int:number>/put-back/", rule_drafts.back, "policy-rule-back"),
]
