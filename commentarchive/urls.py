"""Addresses; moderation's are named in a string, so that no import points up."""

from django.contrib import admin
from django.urls import include, path, register_converter

from commentarchive.api import description
from commentarchive.ledger.merkle.refs import PATTERN
from commentarchive.middleware.queries import ANY_QUERY, asks
from commentarchive.views import (
    blogs,
    capture_history,
    captures,
    commenters,
    comments,
    cross_posts,
    feeds,
    invitations,
    old_addresses,
    posts,
    search,
    security_contact,
    site,
)
from commentarchive.views.login import Login, Logout


class RefConverter:
    """A reference in an address: one letter and 26 characters of base32."""

    regex = PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RefConverter, "ref")

handler400 = "commentarchive.middleware.queries.refused"
handler404 = "commentarchive.views.not_found.page_not_found"
handler500 = "commentarchive.middleware.outages.failed"

urlpatterns = [
    path("", site.home, name="home"),
    path("about/", site.about, name="about"),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", asks(site.site_map, "page"), name="site-map"),
    path(
        ".well-known/security.txt",
        security_contact.security_txt,
        name="security-txt",
    ),
    path("healthz", site.healthz, name="healthz"),
    path("search/", asks(search.results, "q", "page", "order"), name="search"),
    path("search/opensearch.xml", search.description, name="search-description"),
    path("blogs/<slug:slug>/", asks(blogs.detail, "page"), name="blog-detail"),
    path(
        "posts/<ref:ref>/",
        asks(
            posts.detail,
            *("page", "all", "order", "source", "on", "at", "from", "view", "since"),
        ),
        name="post-detail",
    ),
    path("posts/<ref:ref>/copies/", capture_history.detail, name="post-copies"),
    path("comments/<ref:ref>/", comments.detail, name="comment-detail"),
    path("comments/<ref:ref>/in-thread/", comments.in_thread, name="comment-in-thread"),
    path("comments/<ref:ref>/proof.json", comments.proof, name="comment-proof"),
    path(
        "cross-posts/<ref:ref>/",
        asks(cross_posts.detail, "page"),
        name="cross-post-detail",
    ),
    path(
        "commenters/<ref:ref>/",
        asks(commenters.detail, "page"),
        name="commenter-detail",
    ),
    path("captures/<ref:ref>/", captures.detail, name="capture-detail"),
    path("feeds/", feeds.index, name="feeds"),
    path("feeds/all.atom", asks(feeds.everything, "before"), name="feed"),
    path(
        "feeds/blogs/<slug:slug>.atom", asks(feeds.of_blog, "before"), name="feed-blog"
    ),
    path("feeds/posts/<ref:ref>.atom", asks(feeds.of_post, "before"), name="feed-post"),
    path(
        "feeds/commenters/<ref:ref>.atom",
        asks(feeds.of_commenter, "before"),
        name="feed-commenter",
    ),
    path("feeds/", include("moderation.urls.feeds")),
    path("at/", asks(old_addresses.form, ANY_QUERY), name="old-addresses"),
    path(
        "at/timemap/link/<path:address>",
        asks(old_addresses.time_map, ANY_QUERY),
        name="time-map",
    ),
    path("at/<path:address>", asks(old_addresses.place, ANY_QUERY), name="old-address"),
    path("login/", Login.as_view(), name="login"),
    # By the name that allauth asks for.
    path("login/", Login.as_view(), name="account_login"),
    path("account/", include("commentarchive.views.factors")),
    path("invitation/<str:secret>/", invitations.page, name="invitation"),
    path("logout/", Logout.as_view(), name="logout"),
    path("api/v1/", description.page, name="api"),
    path("api/v1/", include("commentarchive.api.urls")),
    path("comments/<ref:ref>/", include("moderation.urls.comments")),
    path("moderation/", include("moderation.urls")),
    path("ledger/", include("commentarchive.ledger.urls")),
    path("admin/", admin.site.urls),
]
