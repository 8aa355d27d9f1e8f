"""A file of a comment service may serve several blogs: its report says so."""

import json

import pytest

from commentarchive.importers.hosts import in_words
from commentarchive.importers.parsed import Reading
from commentarchive.importers.registry import detect
from tests.importers.test_nothing_is_swallowed import WXR, said, source
from tests.wxr import write

pytestmark = pytest.mark.pure


def remark(*addresses, site="s", **more):
    lines = [{"version": 1, "users": [], "posts": []}]
    for number, address in enumerate(addresses):
        user = {"id": "u", "name": "Ann O&#39;Hara &amp; Co"}
        place = {"site": site, "url": address}
        lines.append(
            {"id": f"c{number}", "pid": "", "text": "x", "user": user, "locator": place}
            | {"time": "2020-01-01T00:00:00Z"}
            | more
        )
    return "".join(json.dumps(each) + "\n" for each in lines).encode()


def told(data, tmp_path):
    reading = Reading()
    return list(detect(write(tmp_path, data, "source")).posts(reading)), reading


def test_several_hosts_are_named_with_their_comments(tmp_path):
    data = remark(
        "https://a.example/1", "http://www.a.example/2", "https://b.example/1"
    )
    _posts, reading = told(data, tmp_path)
    assert (
        "at several hosts: a.example (2 comments), b.example (1 comment); all are read"
        in said(reading)
    )
    assert reading.is_whole


def test_one_host_is_no_remark(tmp_path):
    for data in (
        remark("https://a.example/1", "http://www.a.example:80/2"),
        source(WXR),
    ):
        _posts, reading = told(data, tmp_path)
        assert "several" not in said(reading)


def test_a_host_that_nobody_saw_is_not_named(tmp_path):
    data = remark("https://a.example/1") + remark(
        "https://secret.example/", hidden=True
    )
    _posts, reading = told(data, tmp_path)
    assert "1 that readers did not see (1 comment)" in said(reading)
    assert "secret" not in said(reading)


def test_several_sites_of_remark42_are_said(tmp_path):
    data = remark("https://a.example/1") + remark("https://a.example/2", site="t")
    _posts, reading = told(data, tmp_path)
    assert "comments of 2 sites of Remark42 (1 and 1); read as one" in said(reading)


def test_names_that_remark42_stores_as_html_are_names(tmp_path):
    [post], _reading = told(remark("https://a.example/1"), tmp_path)
    assert post.comments[0].name == "Ann O'Hara & Co"


def test_many_names_are_cut():
    assert in_words("abcdefg") == "a, b, c, d, e and 2 more"
    assert in_words("abcdef") == "a, b, c, d, e and 1 more"
    assert in_words("abcde") == "a, b, c, d, e"
