"""Evidence bundles: what is in them, what never is, and who can check them."""

import io
import json
import re
import shutil
import subprocess
import zipfile

import pytest
from django.core.management import CommandError, call_command

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.merkle import verify
from commentarchive.models import BlogVisibility, Comment
from moderation.actions.complaints import Answered, answer_complaint
from moderation.actions.decisions import Judgement, decide
from moderation.evidence import bundle as bundles
from moderation.evidence.bundle import build_bundle
from moderation.evidence.cases import NoCase, SealedOnly
from moderation.evidence.look import NoSuchState
from moderation.evidence.threads import BadDay, read_days
from moderation.models import Action, Channel
from tests.moderation.evidence.conftest import SECRET, sign
from tests.old_pythons import oldest_python
from tests.private_words import find_in, private_words
from tests.readable import streams

# The letter was put into its table by hand.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.unreconciled]


@pytest.fixture
def no_pdf(monkeypatch):
    """Leave the PDF out where nothing is asked of it: it takes a child process."""
    monkeypatch.setattr(bundles, "typeset", lambda *_told: b"%PDF")


def opened(bundle):
    """Return the files of a bundle by their names, and the names as they are packed."""
    packed = zipfile.ZipFile(io.BytesIO(bundle.data))
    return {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}


def faces(bundle):
    """Return everything that can be read in a bundle, what is compressed too."""
    found = {"names": "\n".join(opened(bundle))}
    for name, data in opened(bundle).items():
        found[name] = data.decode(errors="replace")
        if name.endswith(".pdf"):
            found |= {f"{name} {n}": text for n, text in enumerate(pdf_texts(data))}
    return found


def pdf_texts(data):
    """Yield each stream of a PDF as it is when inflated, and its words."""
    yield from streams(data)
    if shutil.which("pdftotext"):
        done = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=data,
            capture_output=True,
            check=True,
        )
        yield " ".join(done.stdout.decode().split())


def test_no_private_word_is_in_any_byte_for_the_other_side(quarrel):
    words = {*private_words(), *SECRET.values(), quarrel.complaint.ref}
    for about in (quarrel.post, quarrel.hidden, quarrel.decision):
        assert find_in(faces(build_bundle(about.ref)), words) == [], about
    # What readers do see is there, in the PDF too; what no font has stands by numbers.
    found = faces(build_bundle(quarrel.post.ref))
    seen = "It insults a person who is named."
    assert {"bundle.json", "exhibits/03-decisions.html"} & {
        name for name, text in found.items() if seen in text
    }
    if shutil.which("pdftotext"):
        text = next(
            text for text in found.values() if "Index of exhibits Exhibit 1" in text
        )
        assert seen in text
        assert "[U+6771][U+4EAC] says hello." in text
    assert "not one of" not in found["bundle.json"]


def test_the_sealed_one_has_hidden_words_and_masks_addresses(quarrel):
    answered = Answered(words="We have looked into it.", way=Channel.LETTER)
    answer_complaint(quarrel.complaint, answered)
    told = opened(build_bundle(quarrel.complaint.ref, is_sealed=True))
    words = told["bundle.json"].decode()
    assert answered.words in words
    open_to_a_solicitor = SECRET.keys() - {"reporter", "author", "earlier text"}
    assert [each for each in open_to_a_solicitor if SECRET[each] not in words] == []
    for name, data in told.items():
        for each in ("reporter", "author"):
            assert SECRET[each].encode() not in data, name
    assert "w…@tide.example" in words
    whole = opened(build_bundle(quarrel.post.ref, is_sealed=True))[
        "bundle.json"
    ].decode()
    assert SECRET["earlier text"] in whole


def test_the_same_state_makes_the_same_bytes_and_an_earlier_one_knows_no_later_entry(
    quarrel, by
):
    before = build_bundle(quarrel.post.ref)
    assert build_bundle(quarrel.post.get_absolute_url()).data == before.data
    size = int(re.search(r"-(\d+)-open", before.name)[1])
    shown = Comment.objects.get(source_id="1")
    judgement = Judgement(action=Action.NO_ACTION, facts="It is a question.")
    made = decide(shown, judgement, by=by)
    sign()
    earlier, now = (
        opened(build_bundle(quarrel.post.ref, size=each)) for each in (size, None)
    )
    entry = f"record/entries/{made.entry_index}.json"
    assert (entry in earlier, entry in now) == (False, True)
    assert made.ref.encode() not in earlier["bundle.json"]
    kept = [name for name in earlier if name.startswith(("record/", "proofs/"))]
    assert {name: earlier[name] for name in kept} == {
        name: data
        for name, data in opened(before).items()
        if name.startswith(("record/", "proofs/"))
    }


def test_it_verifies_alone_and_names_the_file_with_a_changed_byte(
    quarrel, no_pdf, tmp_path
):
    bundle = build_bundle(quarrel.post.ref, is_sealed=True)
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    zipfile.ZipFile(io.BytesIO(bundle.data)).extractall(empty)
    folder = empty / bundle.name.removesuffix(".zip")
    command = [
        oldest_python(),
        "-I",
        "verify.py",
        "bundle",
        ".",
        "--vkey-file",
        "record/vkey",
    ]

    def run():
        done = subprocess.run(
            command, cwd=folder, env={}, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    code, said = run()
    assert code == 0, said
    assert re.search(
        r"[1-9]\d* entries are in .* [1-9]\d* texts and to [1-9]\d* other", said
    )
    for path in (
        folder / "bundle.json",
        next((folder / "record/entries").glob("*.json")),
        next((folder / "proofs/texts").iterdir()),
    ):
        kept = path.read_bytes()
        path.write_bytes(kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:])
        code, said = run()
        assert (code, said.startswith("FALSE")) == (1, True)
        assert path.relative_to(folder).as_posix() in said
        path.write_bytes(kept)
    (folder / "exhibits" / "99.html").write_text("more")
    assert "exhibits/99.html is not among the files" in run()[1]


def test_a_forged_list_of_digests_does_not_hide_forged_entries_and_words(
    quarrel, no_pdf, tmp_path
):
    files = opened(build_bundle(quarrel.post.ref, is_sealed=True))
    key = tmp_path / "vkey"
    key.write_bytes(files["record/vkey"])

    def check(forged):
        from moderation.evidence.packing import pack

        own = {name: data for name, data in forged.items() if name != "SHA256SUMS"}
        path = tmp_path / "forged.zip"
        path.write_bytes(pack("bundle", own))
        return verify.check_bundle(str(path), key.read_text().split())

    check(files)
    entry = next(
        name for name in files if re.fullmatch(r"record/entries/\d+\.json", name)
    )
    words = next(name for name in files if name.startswith("proofs/words/"))
    other = verify._base64url(b'["salt","facts","Other words."]')
    for name, data, said in (
        (
            entry,
            files[entry].replace(b'"v":1', b'"v":2'),
            "not in the state that was signed",
        ),
        (words, other.encode(), "no entry of the bundle has committed"),
        (
            "record/checkpoint",
            files["record/checkpoint"].replace(b"\n", b"0\n", 2),
            "record/checkpoint",
        ),
    ):
        with pytest.raises(verify.IsFalse, match=said):
            check({**files, name: data})


def test_a_thread_is_shown_on_the_days_that_are_named(quarrel, no_pdf):
    days = read_days("2012-03-31, 2012-04-01")
    told = opened(build_bundle(quarrel.hidden.ref, days=days))
    pages = [name for name in told if "/0" in name and "thread" in name]
    assert [page[-15:-5] for page in pages[:2]] == ["2012-03-31", "2012-04-01"]
    assert b"lamp room?" not in told[pages[0]]
    assert b"A comment stood here; it was taken down" in told[pages[1]]
    assert b"<script" not in b"".join(told[page] for page in pages)
    data = json.loads(told["bundle.json"])
    [thread] = data["exhibits"][1]["blocks"]
    asked = [place["ref"] for place in thread["places"] if place["is_asked"]]
    assert asked == [quarrel.hidden.ref]
    assert f"In question: {quarrel.hidden.ref}." in data["exhibits"][1]["how"]
    blog = quarrel.post.blog
    clock = f"{blog.time_zone} ({blog.title}); UTC where they say UTC or Z"
    assert dict(data["record"])["Clock of its times"] == clock
    with pytest.raises(BadDay, match="is not over yet"):
        build_bundle(quarrel.hidden.ref, days=read_days("2199-01-01"))


def test_what_readers_do_not_see_is_sealed_alone(quarrel, no_pdf):
    with pytest.raises(SealedOnly, match="ask for the sealed bundle"):
        build_bundle(quarrel.complaint.ref)
    blog = quarrel.post.blog
    blog.visibility = BlogVisibility.STAFF
    save_blog(blog, by=SYSTEM)
    for about in (quarrel.post, quarrel.hidden, quarrel.decision):
        with pytest.raises(SealedOnly, match="Readers do not see that thread"):
            build_bundle(about.ref)
    sealed = opened(build_bundle(quarrel.post.ref, is_sealed=True))
    assert "Readers do not see this discussion" in sealed["bundle.json"].decode()
    assert SECRET["hidden text"] in sealed["bundle.json"].decode()


@pytest.mark.parametrize(
    ("words", "options", "error", "said"),
    [
        ("nothing", {}, NoCase, "Give the reference"),
        ("c" + "q" * 26, {}, NoCase, "Nothing here has the reference"),
        ("the comment", {"size": 7_000_000}, NoSuchState, "was ever signed"),
    ],
)
def test_bad_requests_are_refused_in_one_sentence(quarrel, words, options, error, said):
    with pytest.raises(error, match=said):
        build_bundle(quarrel.hidden.ref if words == "the comment" else words, **options)


def test_the_command_writes_a_file_for_its_owner_alone(quarrel, no_pdf, tmp_path):
    path, said = tmp_path / "made.zip", io.StringIO()
    call_command("build_bundle", quarrel.hidden.ref, output=path, stdout=said)
    assert path.stat().st_mode & 0o777 == 0o600
    assert re.search(r"\d exhibits; SHA-256 [0-9a-f]{64}", said.getvalue())
    with pytest.raises(CommandError, match="is no day"):
        call_command("build_bundle", quarrel.hidden.ref, output=path, dates="May")
