"""Addresses of what comes in: imports and what they left, texts, entries by hand."""

from django.urls import path

from commentarchive.middleware.queries import asks
from moderation.views import by_hand, import_results, imports, left, paste

urlpatterns = [
    path("desk/imports/", asks(imports.index, "page"), name="imports"),
    path("desk/imports/new/", imports.create, name="import-new"),
    path(
        "desk/imports/look/<slug:slug>/",
        asks(import_results.articles, "page"),
        name="import-look",
    ),
    path(
        "desk/imports/look/<slug:slug>/<ref:ref>/",
        asks(import_results.article, "page"),
        name="import-article",
    ),
    path("desk/imports/<ref:ref>/", import_results.detail, name="import"),
    path("desk/imports/<ref:ref>/start/", imports.start_it, name="import-start"),
    path("desk/imports/<ref:ref>/cancel/", imports.cancel_it, name="import-cancel"),
    path("desk/imports/<ref:ref>/publish/", imports.publish, name="import-publish"),
    path("desk/imports/left/", left.index, name="left"),
    path("desk/imports/left/<ref:ref>/publish/", left.publish, name="left-publish"),
    path("desk/imports/left/<ref:ref>/date/", left.date, name="left-date"),
    path("desk/imports/left/<ref:ref>/answer/", left.answer, name="left-answer"),
    path(
        "desk/imports/left/<ref:ref>/<str:reason>/",
        asks(left.detail, "page"),
        name="left-detail",
    ),
    path("desk/imports/paste/", paste.index, name="paste"),
    path("desk/imports/paste/start/", paste.start, name="paste-start"),
    path(
        "desk/imports/paste/<ref:ref>/", asks(paste.draft, "page"), name="paste-draft"
    ),
    path("desk/imports/paste/<ref:ref>/save/", paste.decide, name="paste-save"),
    path("desk/imports/paste/<ref:ref>/discard/", paste.discard, name="paste-discard"),
    path("desk/imports/paste/<ref:ref>/confirm/", paste.confirm, name="paste-confirm"),
    path("desk/hand/", by_hand.index, name="hand"),
    path("desk/hand/blog/", by_hand.blog, name="hand-blog"),
    path("desk/hand/blog/save/", by_hand.save_blog, name="hand-blog-save"),
    path("desk/hand/article/", by_hand.article, name="hand-article"),
    path("desk/hand/article/save/", by_hand.save_article, name="hand-article-save"),
    path("desk/hand/cross-post/", by_hand.cross_post, name="hand-cross-post"),
    path(
        "desk/hand/cross-post/save/",
        by_hand.save_cross_post,
        name="hand-cross-post-save",
    ),
    path("desk/hand/mail/", by_hand.mail, name="hand-mail"),
    path("desk/hand/mail/read/", by_hand.read, name="hand-mail-read"),
    path(
        "desk/hand/comment/",
        asks(by_hand.comment, "article", "answers"),
        name="hand-comment",
    ),
    path("desk/hand/comment/save/", by_hand.save_comment, name="hand-comment-save"),
    path("desk/hand/files/<ref:ref>/", by_hand.file, name="hand-file"),
]
