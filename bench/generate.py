"""A WordPress export of any size, with text of every length and deep threads."""

import random
from pathlib import Path

WORDS = [
    "council",
    "harbour",
    "tide",
    "minutes",
    "lamp",
    "ferry",
    "ward",
    "letter",
    "money",
    "answer",
    "promise",
    "boat",
    "rope",
    "meeting",
    "street",
    "answerable",
    "nobody",
    "somebody",
    "tomorrow",
    "again",
    "never",
    "quite",
    "the",
    "a",
    "of",
    "and",
]
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel><title>Bench</title>'
    "<link>{address}</link><wp:base_blog_url>{address}</wp:base_blog_url>\n"
)


def write_export(
    path: Path, comments: int, per_post: int, address: str, *, waiting: float = 0.03
) -> None:
    """Write an export of so many comments; 437 bytes of text each on average.

    `waiting` is the part of them that waits for a moderator.
    """
    chance = random.Random(comments)
    number = 0
    with path.open("w") as out:
        out.write(HEAD.format(address=address))
        for post in range(1, 1 + -(-comments // per_post)):
            out.write(_head(post, address))
            ids: list[int] = []
            for _each in range(min(per_post, comments - number)):
                number += 1
                parent = chance.choice(ids) if ids and chance.random() < 0.55 else 0
                ids.append(number)
                out.write(_comment(number, parent, chance, waiting))
            out.write("</item>\n")
        out.write("</channel></rss>\n")


def _head(post: int, address: str) -> str:
    return (
        f"<item><title>Article {post}</title><link>{address}/{post}/</link>"
        "<dc:creator>editor</dc:creator>"
        f"<content:encoded><![CDATA[{' '.join(WORDS * 3)}]]></content:encoded>"
        f"<wp:post_id>{post}</wp:post_id><wp:post_date>2012-04-01 10:00:00</wp:post_date>"
        "<wp:post_date_gmt>2012-04-01 09:00:00</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
    )


def _comment(number: int, parent: int, chance: random.Random, waiting: float) -> str:
    text = " ".join(chance.choices(WORDS, k=chance.randrange(10, 130)))
    if chance.random() < 0.4:
        middle = text.index(" ")
        text = f"{text[:middle]}\n\n{text[middle:]} <em>indeed</em>"
    who, second = chance.randrange(3000), number % 60
    when = f"2012-04-{1 + number // 5000 % 28:02} {number // 3600 % 24:02}"
    when += f":{number // 60 % 60:02}:{second:02}"
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_author><![CDATA[Person {who}]]></wp:comment_author>"
        f"<wp:comment_author_email>p{who}@mail.example</wp:comment_author_email>"
        "<wp:comment_author_url></wp:comment_author_url>"
        f"<wp:comment_author_IP>192.0.2.{who % 250}</wp:comment_author_IP>"
        f"<wp:comment_date>{when}</wp:comment_date>"
        f"<wp:comment_date_gmt>{when}</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        f"<wp:comment_approved>{0 if chance.random() < waiting else 1}</wp:comment_approved>"
        "<wp:comment_type>comment</wp:comment_type>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>\n"
    )
