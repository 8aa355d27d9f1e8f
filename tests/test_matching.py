import hmac

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from commentarchive import env
from commentarchive.importers.parsed import ParsedComment, When
from commentarchive.matching import comment_id, fingerprint, fingerprints, number_in

pytestmark = pytest.mark.pure


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_a_fingerprint_is_hmac_sha256_with_the_matching_key(parts):
    key = env.kept_secret(settings.VAR_DIR / "keys/matching").encode()
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    assert fingerprint(*parts) == hmac.digest(key, message, "sha256")


@given(st.lists(st.text()), st.text())
def test_many_fingerprints_are_those_of_one_after_another(words, beginning):
    assert fingerprints(words) == [fingerprint(word) for word in words]
    after = fingerprints(words, after=beginning)
    assert after == [fingerprint(beginning, word) for word in words]


def test_a_comment_without_an_id_is_found_by_its_time_name_and_text():
    comment = ParsedComment(
        *("", "", "comment", "live", "Ann", "", "", "", When("1 May")),
        *("Text.", "html", "", "", 0),
    )
    assert comment_id(comment) == comment_id(comment._replace(byte=7, state="spam"))
    others = [
        comment._replace(name="Bo"),
        comment._replace(raw="Text!"),
        comment._replace(when=When("2 May")),
    ]
    assert len({comment_id(each) for each in [comment, *others]}) == len(others) + 1
    assert comment_id(comment._replace(source_id="5")) == "5"


def test_ids_are_ordered_by_the_number_in_them():
    lines = ["a1:L8-8", "a1:L12-14", "a1:L12.3-14", "a1:L100-101"]
    assert sorted({*lines}, key=number_in) == lines
    assert [number_in(each) for each in ("17", "x:L9", "cafe", "")] == [17, 0, 0, 0]
