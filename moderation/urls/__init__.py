"""Addresses of moderation, below /moderation/."""

from django.urls import path

from commentarchive.middleware.queries import asks
from moderation.urls import policies as policy_urls
from moderation.urls import reports as report_urls
from moderation.urls import sources as source_urls
from moderation.views import (
    access,
    addressing,
    at_source,
    automatic,
    batches,
    batches_waiting,
    blogs,
    bundles,
    claims,
    complaint_counts,
    complaints,
    consistency,
    correcting,
    correcting_articles,
    correcting_cross_posts,
    dashboard,
    deciding,
    deciding_parts,
    decisions,
    desk,
    desk_claims,
    elsewhere,
    erasures,
    feeds,
    flags,
    health,
    hidden,
    joining,
    letters,
    missing,
    own_names,
    parts,
    people,
    persons,
    proposed_cross_posts,
    putting_right,
    redacting,
    redacting_articles,
    role,
    same_thread,
    work,
)

app_name = "moderation"

FILTERS = (
    *("since", "until", "action", "rule", "blog"),
    *("article", "known", "outcome", "words"),
    "rule_now",
)

# Which list of the desk, and what of it.
QUEUE = ("tab", "blog", "language", "article", "rule", "words", "order")

# Whose looks at what is not public, at what and when.
LOOKS = ("name", "words", "since", "until")

urlpatterns = [
    path("log/", asks(decisions.log, *FILTERS, "order", "before", "after"), name="log"),
    path(
        "log/otherwise/",
        asks(missing.log, "known", "blog", "before", "after"),
        name="log-missing",
    ),
    path("log.csv", asks(decisions.log_csv, *FILTERS, "order"), name="log-csv"),
    path("log.json", asks(decisions.log_json, *FILTERS, "order"), name="log-json"),
    path("log.atom", asks(feeds.log, *FILTERS, "before"), name="log-feed"),
    path("decisions/<ref:ref>/", decisions.detail, name="decision-detail"),
    path("decisions/<ref:ref>/facts.txt", decisions.facts, name="decision-facts"),
    *policy_urls.urlpatterns,
    path("automatic/", asks(automatic.versions, "page"), name="automatic"),
    path("automatic/<int:number>/", automatic.version, name="automatic-version"),
    path("automatic/<ref:ref>/", automatic.version_of, name="automatic-of"),
    path("batches/<ref:ref>/", asks(decisions.batch, "page"), name="batch"),
    *report_urls.urlpatterns,
    path("complaints/", complaint_counts.counts, name="complaint-counts"),
    path("claims/", claims.look_up, name="claims"),
    path("claims/new/", asks(claims.new, "blog"), name="claim-new"),
    path("desk/", asks(desk.index, "address", "page", *QUEUE), name="desk"),
    path("desk/dashboard/", dashboard.index, name="dashboard"),
    path("desk/batches/", asks(batches.index, "list", "name", "page"), name="batches"),
    path("desk/batches/review/", batches.review, name="batch-review"),
    path(
        "desk/batches/waiting/<ref:ref>/", batches_waiting.waiting, name="batch-waiting"
    ),
    path(
        "desk/batches/waiting/<ref:ref>/confirm/",
        batches_waiting.confirm_it,
        name="batch-confirm",
    ),
    path(
        "desk/batches/waiting/<ref:ref>/withdraw/",
        batches_waiting.withdraw_it,
        name="batch-withdraw",
    ),
    path("desk/batches/<ref:ref>/undo/", batches_waiting.undoing, name="batch-undo"),
    path(
        "desk/batches/<ref:ref>/undo/enter/",
        batches_waiting.undo_it,
        name="batch-undo-it",
    ),
    path("desk/comments/<ref:ref>/", asks(desk.card, *QUEUE), name="desk-comment"),
    path("desk/comments/<ref:ref>/decide/", deciding.decision, name="desk-decide"),
    path("desk/consistency/", asks(consistency.newest, "page"), name="consistency"),
    path(
        "desk/consistency/<str:period>/",
        asks(consistency.of_period, "page"),
        name="consistency-of",
    ),
    path("desk/elsewhere/", elsewhere.index, name="elsewhere"),
    path("desk/elsewhere/left/", elsewhere.left, name="left-public"),
    path("desk/elsewhere/find/", elsewhere.find, name="elsewhere-find"),
    path("desk/comments/<ref:ref>/note/", deciding.note, name="desk-note"),
    path("desk/comments/<ref:ref>/black-out/", redacting.page, name="desk-redact"),
    path(
        "desk/comments/<ref:ref>/black-out/enter/",
        redacting.enter,
        name="desk-redact-enter",
    ),
    path("desk/comments/<ref:ref>/skip/", deciding.skip, name="desk-skip"),
    path("desk/comments/<ref:ref>/record/", desk.record, name="desk-record"),
    path("desk/comments/<ref:ref>/record/enter/", deciding.record, name="desk-enter"),
    path("desk/comments/<ref:ref>/gap/", desk.gap, name="desk-gap"),
    path("desk/comments/<ref:ref>/correct/", correcting.page, name="correct"),
    path(
        "desk/comments/<ref:ref>/correct/enter/", correcting.enter, name="correct-enter"
    ),
    path(
        "desk/comments/<ref:ref>/correct/take-back/",
        correcting.take_back,
        name="correct-take-back",
    ),
    path("desk/reported/", asks(flags.index, "page"), name="reported"),
    path("desk/own-names/", own_names.index, name="own-names"),
    path("desk/own-names/add/", own_names.add, name="own-names-add"),
    path("desk/access/", asks(access.index, *LOOKS, "page"), name="access"),
    path("desk/access.csv", asks(access.table, *LOOKS), name="access-csv"),
    path("desk/health/", health.index, name="health"),
    path("desk/people/", people.index, name="people"),
    path("desk/role/", role.index, name="role"),
    path("desk/people/invite/", people.invite_them, name="people-invite"),
    path("desk/people/invitations/<ref:ref>/", people.back, name="people-back"),
    path("desk/people/<ref:ref>/log-out/", people.log_out, name="people-log-out"),
    path("desk/people/<ref:ref>/leave/", people.leave, name="people-leave"),
    path("desk/people/<ref:ref>/factors/", people.factors, name="people-factors"),
    path("desk/addressed/", asks(addressing.index, "after"), name="addressed"),
    path(
        "desk/addressed/<ref:ref>/answer/", addressing.answer, name="addressed-answer"
    ),
    path("desk/automatic/", asks(automatic.index, "page"), name="automatic-desk"),
    path("desk/automatic/<str:scope>/", automatic.rules, name="automatic-set"),
    path("desk/automatic/<str:scope>/keys/", automatic.keys, name="automatic-keys"),
    path(
        "desk/automatic/<str:scope>/keys/read/",
        automatic.read,
        name="automatic-keys-read",
    ),
    path("desk/automatic/<str:scope>/test/", automatic.test, name="automatic-test"),
    path(
        "desk/automatic/<str:scope>/publish/",
        automatic.publish,
        name="automatic-publish",
    ),
    path(
        "desk/automatic/<str:scope>/rules/<int:number>/",
        automatic.rule,
        name="automatic-rule",
    ),
    path(
        "desk/automatic/<str:scope>/rules/<int:number>/save/",
        automatic.keep,
        name="automatic-save",
    ),
    path(
        "desk/automatic/<str:scope>/rules/<int:number>/delete/",
        automatic.delete,
        name="automatic-delete",
    ),
    path("desk/bundles/", asks(bundles.index, "subject"), name="bundles"),
    path("desk/bundles/make/", bundles.make, name="bundles-make"),
    path("desk/bundles/seal/", bundles.seal, name="bundles-seal"),
    path("desk/persons/", asks(persons.index, "subject"), name="persons"),
    path("desk/persons/make/", persons.make, name="persons-make"),
    path("desk/work/", asks(work.own, "since", "until"), name="work"),
    path(
        "desk/work/<ref:ref>/", asks(work.of_person, "since", "until"), name="work-of"
    ),
    path("desk/complaints/", asks(complaints.index, "q", "page"), name="complaints"),
    path(
        "desk/complaints/new/",
        asks(complaints.new, "flag", "place"),
        name="complaint-new",
    ),
    path("desk/complaints/record/", complaints.record, name="complaint-record"),
    path("desk/complaints/<ref:ref>/", complaints.complaint, name="complaint"),
    *(
        path(f"desk/complaints/<ref:ref>/{verb}/", view, name=f"complaint-{verb}")
        for verb, view in complaints.FORMS.items()
    ),
    path("desk/erasures/", asks(erasures.index, "page"), name="erasures"),
    path("desk/erasures/new/", asks(erasures.new, "subject"), name="erasure-new"),
    path("desk/erasures/ask/", erasures.ask, name="erasure-ask"),
    path("desk/erasures/hold/", erasures.hold, name="erasure-hold"),
    path("desk/erasures/lift/", erasures.lift, name="erasure-lift"),
    path("desk/erasures/<ref:ref>/", erasures.erasure, name="erasure"),
    *(
        path(f"desk/erasures/<ref:ref>/{verb}/", view, name=f"erasure-{verb}")
        for verb, view in erasures.FORMS.items()
    ),
    path("desk/claims/", asks(desk_claims.index, "page"), name="desk-claims"),
    path("desk/claims/<ref:ref>/", desk_claims.claim, name="desk-claim"),
    path("desk/claims/<ref:ref>/read/", desk_claims.read, name="desk-claim-read"),
    path("desk/claims/<ref:ref>/decide/", desk_claims.decide, name="desk-claim-decide"),
    path(
        "desk/claims/on-record/<ref:ref>/",
        desk_claims.on_record,
        name="desk-claim-on-record",
    ),
    path(
        "desk/claims/on-record/<ref:ref>/answer/",
        desk_claims.answer,
        name="desk-claim-answer",
    ),
    path(
        "desk/claims/on-record/<ref:ref>/prove/",
        desk_claims.prove,
        name="desk-claim-prove",
    ),
    path(
        "desk/claims/on-record/<ref:ref>/end/", desk_claims.end, name="desk-claim-end"
    ),
    path(
        "desk/posts/<ref:ref>/correct/", correcting_articles.page, name="correct-post"
    ),
    path(
        "desk/posts/<ref:ref>/correct/enter/",
        correcting_articles.enter,
        name="correct-post-enter",
    ),
    path(
        "desk/posts/<ref:ref>/correct/take-back/",
        correcting_articles.take_back,
        name="correct-post-take-back",
    ),
    path(
        "desk/cross-posts/",
        asks(proposed_cross_posts.index, "page"),
        name="cross-posts",
    ),
    path(
        "desk/cross-posts/<ref:ref>/answer/",
        proposed_cross_posts.answer,
        name="cross-post-answer",
    ),
    path(
        "desk/cross-posts/<ref:ref>/correct/",
        correcting_cross_posts.page,
        name="correct-cross-post",
    ),
    path(
        "desk/cross-posts/<ref:ref>/correct/enter/",
        correcting_cross_posts.enter,
        name="correct-cross-post-enter",
    ),
    path(
        "desk/cross-posts/<ref:ref>/correct/withdraw/",
        correcting_cross_posts.withdraw,
        name="correct-cross-post-withdraw",
    ),
    path("desk/names/<ref:ref>/", asks(joining.page, "page"), name="names"),
    path("desk/posts/<ref:ref>/same/", asks(same_thread.page, "q"), name="same-thread"),
    path(
        "desk/posts/<ref:ref>/same/untie/",
        same_thread.untie,
        name="same-thread-untie",
    ),
    path(
        "desk/posts/<ref:ref>/same/<ref:other>/",
        same_thread.pairs,
        name="same-thread-pairs",
    ),
    path(
        "desk/posts/<ref:ref>/same/<ref:other>/tie/",
        same_thread.tie,
        name="same-thread-tie",
    ),
    path(
        "desk/posts/<ref:ref>/decide/",
        asks(deciding_parts.article, "part"),
        name="decide-post",
    ),
    path(
        "desk/posts/<ref:ref>/decide/enter/",
        deciding_parts.decide_article,
        name="decide-post-enter",
    ),
    path(
        "desk/posts/<ref:ref>/black-out/", redacting_articles.page, name="redact-post"
    ),
    path(
        "desk/posts/<ref:ref>/black-out/enter/",
        redacting_articles.enter,
        name="redact-post-enter",
    ),
    path(
        "desk/names/<ref:ref>/decide/",
        asks(deciding_parts.name, "part"),
        name="decide-name",
    ),
    path(
        "desk/names/<ref:ref>/decide/enter/",
        deciding_parts.decide_name,
        name="decide-name-enter",
    ),
    path("desk/parts/", asks(parts.index, "page"), name="parts"),
    path("desk/parts/<ref:ref>/undo/", deciding_parts.undo_decision, name="part-undo"),
    path(
        "desk/parts/<ref:ref>/reword/", deciding_parts.other_words, name="part-reword"
    ),
    path("desk/names/<ref:ref>/join/", joining.join, name="names-join"),
    path("desk/names/<ref:ref>/split/", joining.split, name="names-split"),
    path("desk/names/<ref:ref>/apart/", joining.tell_apart, name="names-apart"),
    path("desk/names/<ref:ref>/as-one/", joining.as_one, name="names-as-one"),
    path("desk/decisions/<ref:ref>/", deciding.to_card, name="desk-decision"),
    path("desk/decisions/<ref:ref>/undo/", deciding.undo_decision, name="desk-undo"),
    path("desk/decisions/<ref:ref>/reword/", deciding.other_words, name="desk-reword"),
    path("desk/decisions/<ref:ref>/put-right/", putting_right.page, name="put-right"),
    path(
        "desk/decisions/<ref:ref>/put-right/enter/",
        putting_right.enter,
        name="put-right-enter",
    ),
    path("desk/at-source/", asks(at_source.index, "page"), name="at-source"),
    path("desk/decisions/<ref:ref>/done/", at_source.done, name="source-done"),
    path("desk/hidden/", hidden.index, name="hidden"),
    path("desk/hidden/find/", hidden.find, name="hidden-find"),
    path("desk/blogs/", asks(blogs.index, "page"), name="blogs"),
    path("desk/blogs/<ref:ref>/", blogs.settings, name="blog"),
    path("desk/blogs/<ref:ref>/save/", blogs.change, name="blog-save"),
    path("desk/blogs/<ref:ref>/letters/", letters.switch, name="blog-letters"),
    path("desk/letters/", asks(letters.index, "part", "page"), name="letters"),
    path("desk/letters/test/", letters.test, name="letters-test"),
    path("desk/letters/news/", letters.news, name="news"),
    path("desk/letters/news/choose/", letters.choose_how, name="news-choose"),
    path("desk/letters/<ref:ref>/", letters.detail, name="letter"),
    path("desk/letters/<ref:ref>/send/", letters.send, name="letter-send"),
    path("desk/letters/<ref:ref>/choose/", letters.choose, name="letter-choose"),
    *source_urls.urlpatterns,
]
