"""Load the demo: invented blogs of one invented town, and their quarrels."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

import commentarchive
from commentarchive import env
from commentarchive.actions.cross_post_proposals import answer_proposal
from commentarchive.actions.staff import acting, set_roles
from commentarchive.archive_command import ArchiveCommand
from commentarchive.discussion.cross_posts import naming_line
from commentarchive.intake.cross_post_search import search_all
from commentarchive.intake.session import import_files
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Actor, Role
from commentarchive.ledger.signer import signing
from commentarchive.models import Blog, Comment, CrossPost, CueKind, Post
from commentarchive.search.index import catch_up
from moderation.actions.claims import Told, record_said, send_claim
from moderation.actions.decisions import Judgement, Record, decide, undo
from moderation.actions.own_names import add_own_name
from moderation.actions.policies import STARTER_RULES, publish_policy, start_draft
from moderation.demo import by_hand as demo_by_hand
from moderation.demo import complaints as demo_complaints
from moderation.demo import decisions as demo
from moderation.models import Action, Clause, ClauseDraft, IssuedReport, PolicyVersion
from moderation.reports.issuing import issue_report
from moderation.reports.periods import parse_period

# Exports of three blogs, comments of one of them from another system, and two copies
# of one discussion between which two comments vanish.
FILES = (
    *("tarnwick-lantern.xml", "quayside-notes.xml", "ward-four-watch.xml"),
    "ward-four-watch-disqus.xml",
    *("quayside-lamp-post-nine-5-june.html", "quayside-lamp-post-nine-12-june.html"),
)
HANDLES = {
    "owner": "demo-owner",
    "moderator": "demo-moderator",
    "colleague": "demo-colleague",
}
FIRST_RULES_IN_FORCE = datetime(2012, 1, 1, tzinfo=UTC)
# The rule that the second version adds, and one that read otherwise before it.
ADDED_RULE = 7
CHANGED_RULE, AS_IT_READ = 5, "Keep to the article."


class Command(ArchiveCommand):
    help = "Load the demo blogs; loading them again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unsigned",
            action="store_true",
            help="sign nothing, and so issue no report",
        )

    def handle(self, *, unsigned: bool, **_: Any) -> None:
        _refuse_an_archive_in_use()
        password = env.kept_secret(settings.VAR_DIR / "keys" / "demo_password")[:16]
        owner = _login("owner", Role.OWNER, password)
        moderator = _login("moderator", Role.MODERATOR, password)
        colleague = _login("colleague", Role.MODERATOR, password)
        _publish_rules(acting(owner))
        folder = Path(commentarchive.__file__).parent / "demo"
        for name in FILES:
            import_files([folder / name])
        search_all()
        _confirm_cross_posts(acting(owner))
        _record(acting(moderator))
        _decide(acting(moderator), acting(colleague))
        said_in = _comment(*demo.CLAIM_SAID_IN)
        blog, source_id = demo.CLAIM_ABOUT
        about = Post.objects.get(blog__normal_address=blog, source_id=source_id)
        record_said(
            said_in,
            about,
            number=demo.CLAIM_NUMBER,
            claimant=demo.CLAIMANT,
            by=acting(moderator),
        )
        _send_claim()
        demo_by_hand.load(owner=acting(owner), moderator=acting(moderator))
        demo_complaints.load(acting(moderator))
        catch_up()
        if not unsigned:
            _issue_reports(acting(owner))
        self.stdout.write("The demo blogs are loaded. To decide on comments, log in:")
        self.stdout.write(f"  moderator  {password}   at {settings.BASE_URL}/login/")
        self.stdout.write(f"  colleague  {password}   (a second moderator)")
        self.stdout.write(f"  owner      {password}   (house rules, staff, blogs)")


def _refuse_an_archive_in_use() -> None:
    """Refuse before anything is written where rules or logins are somebody's own."""
    if Actor.objects.filter(handle__in=HANDLES.values()).exists():
        return
    if taken := User.objects.filter(username__in=HANDLES).first():
        message = f"There is a login called {taken.username} here already."
    elif PolicyVersion.objects.exists() or ClauseDraft.objects.exists():
        message = "This archive has house rules of its own."
    else:
        return
    message += " Load the demo into an empty archive: set VAR_DIR to another folder."
    raise CommandError(message)


def _login(name: str, role: Role, password: str) -> User:
    user, is_new = User.objects.get_or_create(
        username=name, defaults={"is_staff": True}
    )
    if is_new:
        user.set_password(password)
        user.save(update_fields=["password"])
    if not user.groups.exists():
        set_roles(user, roles=[role], handle=HANDLES[name])
    return user


def _publish_rules(by: By) -> None:
    published = PolicyVersion.objects.filter(blog=None).count()
    if published == 0:
        start_draft(
            [
                replace(rule, text=AS_IT_READ) if rule.number == CHANGED_RULE else rule
                for rule in STARTER_RULES
                if rule.number != ADDED_RULE
            ]
        )
        publish_policy(by=by, in_force_at=FIRST_RULES_IN_FORCE, as_told=True)
    if published <= 1:
        start_draft()
        publish_policy(by=by)


def _comment(blog: str, source_id: str) -> Comment:
    return Comment.objects.get(post__blog__normal_address=blog, source_id=source_id)


def _clause(version: int, number: int | None) -> Clause | None:
    if number is None:
        return None
    return Clause.objects.get(policy__blog=None, policy__number=version, number=number)


def _record(by: By) -> None:
    """Enter what the blogs' own records say."""
    for made in demo.RECORDED:
        comment = _comment(made.blog, made.source_id)
        action = _recorded_names(made.action)
        if comment.decisions.filter(action__in=action).exists():
            continue
        decided_at = None
        if made.after is not None and comment.posted_at is not None:
            decided_at = comment.posted_at + made.after
        judgement = Judgement(
            action=made.action,
            clause=_clause(1, made.rule),
            facts=made.facts,
            record=Record(
                decided_at=decided_at, role=made.role, known_from=made.known_from
            ),
        )
        decide(comment, judgement, by=by)


def _decide(by: By, colleague: By) -> None:
    """Decide here and now, as two moderators who do not always agree."""
    if colleague.actor is not None:
        add_own_name(colleague.actor, demo.COLLEAGUES_NAME, by=colleague)
    for made in demo.DECIDED:
        place = (made.blog, made.source_id)
        comment = _comment(*place)
        if comment.decisions.exists():
            continue
        judgement = Judgement(
            action=made.action, clause=_clause(2, made.rule), facts=made.facts
        )
        whose = colleague if place in demo.OF_THE_COLLEAGUE else by
        decision = decide(comment, judgement, by=whose)
        if place == demo.UNDONE:
            undo(decision, by=colleague, override_reason=demo.WHY_UNDONE)


def _issue_reports(by: By) -> None:
    """Sign the record, and issue reports of some of the demo's months."""
    if IssuedReport.objects.exists():
        return
    with signing(settings.LEDGER_KEY_FILE) as signer:
        signer.sign()
    for word in demo.REPORTS:
        issue_report(parse_period(word), None, now=timezone.now(), by=by)


def _confirm_cross_posts(by: By) -> None:
    """Confirm what an article says itself; what is only alike waits at the desk."""
    for tie in CrossPost.objects.proposed().filter(cues__kind=CueKind.LINE):
        attribution = naming_line(tie)
        answer_proposal(tie, is_one=True, attribution=attribution, by=by)


def _send_claim() -> None:
    """Leave a claim as a visitor sends it, for the desk to decide on."""
    told = Told(
        blog=Blog.objects.get(normal_address=demo.QUAYSIDE),
        post=None,
        number=1,
        about=demo.SENT_CLAIM_ABOUT,
        text=demo.SENT_CLAIM_TEXT,
    )
    send_claim(told, "demo")


def _recorded_names(action: Action) -> tuple[Action, ...]:
    """Return the names under which an action may be on record."""
    pairs = ((Action.BLOCK, Action.REMOVE), (Action.APPROVE, Action.RESTORE))
    return next((pair for pair in pairs if action in pair), (action,))
