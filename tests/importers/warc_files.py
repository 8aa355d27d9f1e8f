"""Web archives made for tests, record by record."""

import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def page_of(number, *comments, host="reed.example"):
    """Give a page of WordPress with these comments, each (id, name, words)."""
    items = "".join(
        f'<li id="comment-{key}" class="comment depth-1"><article '
        f'id="div-comment-{key}" class="comment-body"><footer class="comment-meta">'
        f'<div class="comment-author vcard"><b class="fn">{name}</b></div>'
        f'<div class="comment-metadata"><time datetime="2013-04-0{key}T10:00:00+00:00">'
        f'April</time></div></footer><div class="comment-content"><p>{words}</p></div>'
        "</article></li>"
        for key, name, words in comments
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="generator" content="WordPress 5"><title>Reeds</title>'
        f'<link rel="canonical" href="http://{host}/{number}/"></head>'
        f'<body class="single-post postid-{number}"><h1 class="entry-title">Reeds</h1>'
        f'<ol class="comment-list">{items}</ol></body></html>'
    ).encode()


class Archive:
    """A web archive that is being written."""

    def __init__(self):
        self.out = io.BytesIO()
        self._writer = WARCWriter(self.out, gzip=False)

    def add(self, data, *, address="http://reed.example/1/", kind="response", **more):
        """Add one record; `more` are headers of the answer, with _ for -."""
        status = more.pop("status", "200 OK")
        content = more.pop("content_type", "text/html; charset=utf-8")
        headers = None
        if kind in {"response", "revisit"}:
            told = [("Content-Type", content)]
            told += [(name.replace("_", "-"), value) for name, value in more.items()]
            headers = StatusAndHeaders(status, told, protocol="HTTP/1.1")
        record = self._writer.create_warc_record(
            *(address, kind),
            payload=io.BytesIO(data),
            http_headers=headers,
            warc_content_type=content if headers is None else "",
            warc_headers_dict={"WARC-Date": "2016-01-01T00:00:00Z"},
        )
        self._writer.write_record(record)
        return self

    def bytes(self):
        return self.out.getvalue()
