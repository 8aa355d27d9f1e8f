"""Each importer: comments/s of one file, and its time as a ratio to the bare parser."""

import io
import json
import sqlite3
import sys
import time
from collections.abc import Callable

from lxml import etree
from selectolax.lexbor import LexborHTMLParser
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from commentarchive.importers.parsed import Reading
from commentarchive.importers.registry import named

TEXT = "The lamps on the quay are out again, and nobody can say who signed for them."
# Comments of one article.
THREAD = 100


def disqus(number: int) -> bytes:
    ns = 'xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"'
    threads = "".join(
        f'<thread dsq:id="{n}"><link>http://a.example/{n}/</link><title>t</title></thread>'
        for n in range(number // THREAD)
    )
    posts = "".join(
        f'<post dsq:id="{n}"><message><![CDATA[<p>{TEXT}</p>]]></message>'
        "<createdAt>2012-05-01T10:30:00Z</createdAt><isDeleted>false</isDeleted>"
        f"<isSpam>false</isSpam><author><name>N{n % 50}</name></author>"
        f'<thread dsq:id="{n // THREAD}"/></post>'
        for n in range(number)
    )
    return f"<?xml version='1.0'?><disqus {ns}>{threads}{posts}</disqus>".encode()


def blogger(number: int) -> bytes:
    kind = (
        "<category scheme='http://schemas.google.com/g/2005#kind' "
        "term='http://schemas.google.com/blogger/2008/kind#%s'/>"
    )
    entries = "".join(
        f"<entry><id>tag:blogger.com,1999:blog-1.post-{10**9 + n}</id>"
        f"<published>2012-05-01T10:00:00+02:00</published>{kind % 'comment'}"
        f"<content type='html'>{TEXT}</content><author><name>N{n % 50}</name>"
        "<uri>http://b.example/p</uri></author><thr:in-reply-to "
        f"ref='tag:blogger.com,1999:blog-1.post-{n // THREAD}'/></entry>"
        for n in range(number)
    )
    return (
        "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:thr='http://purl.org/syndication/thread/1.0'><title>b</title>"
        f"{entries}</feed>"
    ).encode()


def feed(number: int) -> bytes:
    items = "".join(
        f"<item><title>By N</title><link>http://a.example/{n // THREAD}/#comment-{n}"
        f"</link><dc:creator>N{n % 50}</dc:creator><pubDate>Sat, 14 May 2011 13:21:57 "
        f"+0000</pubDate><content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded>"
        "</item>"
        for n in range(number)
    )
    return (
        "<?xml version='1.0'?><rss version='2.0' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>t</title>"
        f"{items}</channel></rss>"
    ).encode()


def movable_type(number: int) -> bytes:
    comment = (
        "COMMENT:\nAUTHOR: N{}\nDATE: 03/14/2006 03:04:07 PM\n{} {}\n-----\n\n"
    ).format
    return "".join(
        f"AUTHOR: a\nTITLE: t{n}\nDATE: 03/14/2006 03:04:07 PM\n-----\nBODY:\nx\n-----\n"
        + "".join(comment(m % 50, TEXT, m) for m in range(THREAD))
        + "--------\n"
        for n in range(number // THREAD)
    ).encode()


def isso(number: int) -> bytes:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri, title)")
        database.execute(
            "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created, mode,"
            " remote_addr, text, author, email, website)"
        )
        database.executemany(
            "INSERT INTO threads VALUES (?, ?, 't')",
            [(n, f"/{n}/") for n in range(number // THREAD)],
        )
        database.executemany(
            "INSERT INTO comments VALUES (?, ?, NULL, 1.5e9, 1, '', ?, 'N', '', '')",
            [(n // THREAD, n, TEXT) for n in range(number)],
        )
        database.commit()
        return database.serialize()


def remark42(number: int) -> bytes:
    lines = [
        json.dumps(
            {
                "id": str(n),
                "pid": "",
                "text": f"<p>{TEXT}</p>",
                "user": {"name": f"N{n % 50}", "id": str(n % 50)},
                "locator": {"url": f"http://a.example/{n // THREAD}/"},
                "time": "2019-04-01T10:00:00Z",
                "title": "t",
            }
        )
        for n in range(number)
    ]
    return "\n".join(['{"version":1,"users":[],"posts":[]}', *lines, ""]).encode()


def commento(number: int) -> bytes:
    comments = [
        {
            "commentHex": str(n),
            "domain": "a.example",
            "url": f"/{n // THREAD}",
            "commenterHex": "anonymous",
            "markdown": TEXT,
            "parentHex": "root",
            "state": "approved",
            "creationDate": "2021-03-12T11:21:56Z",
            "deleted": False,
        }
        for n in range(number)
    ]
    return json.dumps({"version": 1, "comments": comments, "commenters": []}).encode()


def wordpress_rest(number: int) -> bytes:
    return json.dumps(
        [
            {
                "id": n,
                "post": n // THREAD,
                "parent": 0,
                "author_name": f"N{n % 50}",
                "author_url": "",
                "date": "2015-07-01T12:00:00",
                "date_gmt": "2015-07-01T11:00:00",
                "content": {"rendered": f"<p>{TEXT}</p>\n"},
                "link": f"http://a.example/?p={n // THREAD}#comment-{n}",
                "status": "approved",
                "type": "comment",
            }
            for n in range(number)
        ]
    ).encode()


def web_page(number: int) -> bytes:
    comments = "".join(
        f'<li id="comment-{n}" class="comment depth-1"><div class="comment-body">'
        f'<div class="comment-author vcard"><cite class="fn">N{n % 50}</cite></div>'
        '<div class="comment-meta commentmetadata"><time datetime="2011-04-08T01:11:52'
        f'+01:00">April</time></div><p>{TEXT}</p></div></li>'
        for n in range(number)
    )
    return (
        '<html><head><meta name="generator" content="WordPress 3"></head><body>'
        f'<h1>t</h1><ol class="commentlist">{comments}</ol></body></html>'
    ).encode()


def warc(number: int) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    page = web_page(THREAD)
    for n in range(number // THREAD):
        headers = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"
        )
        writer.write_record(
            writer.create_warc_record(
                f"http://a.example/{n}/",
                "response",
                payload=io.BytesIO(page),
                http_headers=headers,
            )
        )
    return out.getvalue()


def _xml(data: bytes) -> None:
    for _event, element in etree.iterparse(io.BytesIO(data)):
        _ = element.text


def _rows(data: bytes) -> None:
    with sqlite3.connect(":memory:") as database:
        database.deserialize(data)
        database.execute("SELECT * FROM comments").fetchall()


def _lines(data: bytes) -> None:
    for line in data.splitlines():
        json.loads(line)


def _records(data: bytes) -> None:
    for record in ArchiveIterator(io.BytesIO(data)):
        LexborHTMLParser(record.content_stream().read().decode())


SOURCES: dict[str, tuple[Callable[[int], bytes], Callable[[bytes], object], str]] = {
    "disqus": (disqus, _xml, "lxml"),
    "blogger": (blogger, _xml, "lxml"),
    "feed": (feed, _xml, "lxml"),
    "movable_type": (movable_type, lambda data: data.decode().split("\n"), "split"),
    "isso": (isso, _rows, "SELECT"),
    "remark42": (remark42, _lines, "json"),
    "commento": (commento, json.loads, "json"),
    "wordpress_rest": (wordpress_rest, json.loads, "json"),
    "web_page": (
        web_page,
        lambda data: LexborHTMLParser(data.decode()),
        "selectolax",
    ),
    "warc": (warc, _records, "warcio, selectolax"),
}


def main(number: int) -> None:
    for name, (make, bare, called) in SOURCES.items():
        data = make(number)
        began = time.perf_counter()
        bare(data)
        floor = time.perf_counter() - began
        began = time.perf_counter()
        reading = Reading()
        posts = named(name).open(io.BytesIO(data), reading).posts()
        seen = sum(len(post.comments) for post in posts)
        taken = time.perf_counter() - began
        assert seen == number, (name, seen, reading.problems[:3])
        print(
            f"  {name}: {number / taken:,.0f} comments/s, {taken / floor:.1f} x the "
            f"time of {called} alone",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
