"""The words of English."""

from commentarchive.transcripts.suggestions.words import Words


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _set(words: str) -> frozenset[str]:
    return frozenset(_list(words))


_THIS = r"(?:a version of )?(?:this|it|the above)(?: \w+)?"
_PUBLISHED = "(?:posted|published|printed|appeared)"
_SAID = (
    "say|said|put|write|wrote|written|ask|asked|claim|claimed|mention|mentioned|forget"
    "|forgot|miss|missed|mean|call|called"
)
_WRITTEN = "comment|post|point|question|remark|argument|claim|reply|answer"

ENGLISH = Words(
    commonest=_set(
        "the and of to is in that it a i was for not you he she they this have be"
    ),
    months=_list(
        "january february march april may june july august september october"
        " november december"
    ),
    weekdays=_list("monday tuesday wednesday thursday friday saturday sunday"),
    at_hour=("at",),
    says=(r"says\s?:", r"said\s?(?:\.{3}|…)"),
    wrote=(r"(?:said|wrote|writes)\s?:",),
    on_date=("on",),
    posted_by=("posted by", "comment by", "written by", "submitted by"),
    spoke=_list("wrote writes said says commented replied posted"),
    ago=r"(?:\d{1,3}|an?) (?:minute|hour|day|week|month|year)s? ago",
    mail_from=("from",),
    mail_date=("date", "sent"),
    mail_others=_list("to cc subject reply-to"),
    pronouns=_set("i you he she it we they who one this that"),
    nameless=_set("anonymous anon unknown guest"),
    sure_buttons=frozenset(
        {
            *("report abuse", "report this comment", "permalink", "log in to reply"),
            *("reply to this comment", "reply to this", "share this", "email this"),
            *("printer friendly version", "printer-friendly version", "back to top"),
            *("leave a reply", "leave a comment", "flag as inappropriate"),
            *("link to this comment", "older comments", "newer comments"),
            *("post a comment", "add a comment", "comments are closed"),
            *("verify your comment", "previewing your comment", "load more comments"),
            *("sort by best", "sort by newest", "sort by oldest", "show more comments"),
        }
    ),
    buttons=_set(
        "reply report like unlike share quote flag print edit delete tweet link parent"
        " collapse expand"
    ),
    counted=_list("likes? shares? replies reply comments? responses? thoughts?"),
    to_show=_list("show view hide all"),
    about=_list("to on"),
    attributions=(
        r"(?:this|the following)(?: \w+){0,3}? cross-?post(?:ed)? (?:from|at|on)",
        r"cross-?posted (?:from|at|on|with)",
        rf"(?:{_THIS}(?: was)? )?(?:originally|first) {_PUBLISHED} (?:at|on|in)",
        r"(?:reposted|republished|reprinted|reproduced)(?: with permission)? from",
        r"also (?:posted |published )?(?:from|at|on)",
    ),
    by=("by",),
    at_address=("at",),
    via=("via", "source:"),
    in_names=_set("of the and on for in"),
    openers=_set(
        "well yes no oh ah hm hmm hey heavens today tomorrow yesterday now then however"
        " indeed sadly frankly perhaps maybe anyway also still first second third"
        " finally meanwhile please sorry actually really right true so but and or if"
        " when while monday tuesday wednesday thursday friday saturday sunday everybody"
        " everyone nobody somebody people friends ladies gentlemen folks guys here"
        " there again once ok okay"
    ),
    greetings=(
        *("quite right", "well said", "well put", "spot on", "hear hear", "agreed"),
        *("thanks", "thank you", "hello", "hi", "dear"),
    ),
    no_names=_set(
        "god lord heavens sir sirs madam all everybody everyone editor reader"
    ),
    second_person=_set("you your yours yourself"),
    replies=(
        rf"you (?:have |had |may have )?(?:also )?(?:{_SAID})",
        r"you (?:are|were) (?:\w+ )?(?:right|wrong|mistaken)",
        rf"(?:re )?your (?:\w+ )?(?:{_WRITTEN})s?",
    ),
    writers=_list("commenter member user poster contributor"),
    writings=_list("comment post message reply answer"),
    from_or_by=("from", "by"),
    postscripts=_list("ps p.s p.p.s pps"),
    headings=_set(
        "about advertisement analysis archives background bibliography biography"
        " categories chapter comments conclusion conclusions contact contents created"
        " details discussion downloads edited events facts further general help history"
        " home ingredients instructions introduction last links login menu method"
        " methods modified more navigation news next notes overview part photos posted"
        " postscript preface previous published questions reading recent references"
        " related results review search section share sources steps submitted summary"
        " support tags topics update updated updates videos written"
    ),
    blocked=(
        *_list("blocked deleted removed censored suppressed barred rejected wiped"),
        *("took down", "taken down"),
    ),
    first_person=_set("i we"),
    auxiliaries=_set("have had just also since then now myself ourselves"),
    not_published=("refused to publish", "refuses to publish", "would not publish"),
    passive=("was", "were", "has been", "have been", "got", "had been"),
    possessives=_list("my his her our their"),
    negations=_set(
        "not never no nobody none neither nor without unless if cannot didn't wasn't"
        " weren't hasn't haven't isn't won't wouldn't"
    ),
    numbers=_list("one two three four five six seven eight nine ten eleven twelve"),
    both="both",
    twice="twice",
    of="of",
    on_blog=_list("on at from by"),
)
