"""WordPress exports made for tests."""

HEAD = (
    '<?xml version="1.0" encoding="{encoding}" ?>\n<rss version="2.0"\n'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"\n'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
    ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>'
    "<title>Test blog</title><link>{address}</link>"
    "<wp:base_blog_url>{address}</wp:base_blog_url>\n"
)
TAIL = "</channel></rss>\n"


def comment(
    number,
    text="A remark.",
    *,
    parent=0,
    approved="1",
    kind="",
    author="Nell",
    email="nell@mail.example",
    url="",
    local="2012-04-01 10:00:00",
    gmt="2012-04-01 09:00:00",
):
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_author><![CDATA[{author}]]></wp:comment_author>"
        f"<wp:comment_author_email>{email}</wp:comment_author_email>"
        f"<wp:comment_author_url>{url}</wp:comment_author_url>"
        "<wp:comment_author_IP>192.0.2.7</wp:comment_author_IP>"
        f"<wp:comment_date>{local}</wp:comment_date>"
        f"<wp:comment_date_gmt>{gmt}</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        f"<wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_type>{kind}</wp:comment_type>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )


def item(
    *comments,
    number=1,
    title="An article",
    body="Its text.",
    status="publish",
    kind="post",
    password="",
    link="https://test.example/{number}/",
):
    return (
        f"<item><title>{title}</title><link>{link.format(number=number)}</link>"
        "<dc:creator>ed</dc:creator>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded>"
        "<excerpt:encoded><![CDATA[]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id>"
        "<wp:post_date>2012-03-31 12:00:00</wp:post_date>"
        "<wp:post_date_gmt>2012-03-31 11:00:00</wp:post_date_gmt>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>"
        f"<wp:post_password>{password}</wp:post_password>{''.join(comments)}</item>\n"
    )


def export(*items, encoding="UTF-8", address="https://test.example"):
    head = HEAD.format(encoding=encoding, address=address)
    return (head + "".join(items) + TAIL).encode("utf-8")


def write(folder, data, name="export.xml"):
    path = folder / name
    path.write_bytes(data)
    return path


def load(folder, *items, name="export.xml", **options):
    """Import an export of some items; return its report."""
    from commentarchive.intake.session import import_files

    return import_files([write(folder, export(*items), name)], **options)[0]
