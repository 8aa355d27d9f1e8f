import pytest

from commentarchive.text.leaks import PublicText, names_in

pytestmark = pytest.mark.pure
HIDDEN = (
    "Everyone knows she paid for the boards from the parish account. Ring 0177 555 2901 "
    "or write to bob@mail.example, see https://www.leaks.example/page/"
)


def find_leaks(public, hidden):
    """List what both texts have in common and the public one must not repeat."""
    return PublicText(public).leaks(hidden)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (
            "It says that she PAID for the boards from somewhere.",
            "she PAID for the boards from",
        ),
        ("It gives the number 01775552901.", "01775552901"),
        ("It names Bob@mail.example.", "Bob@mail.example"),
        ("It links to http://leaks.example/page.", "http://leaks.example/page."),
    ],
)
def test_marks_what_is_repeated(facts, found):
    leaks = find_leaks(facts, HIDDEN)
    assert [facts[leak.start : leak.end] for leak in leaks] == [found]


def test_four_words_in_a_row_may_be_shared():
    assert find_leaks("She paid for the printing.", HIDDEN) == []


def test_finds_a_name():
    assert names_in("A remark by nell  farrow.", "Nell Farrow")
    assert not names_in("Nelly", "Nell")


@pytest.mark.parametrize(
    "facts",
    [
        "Everyone knows\u00ad she pa\u00adid for",
        "everyone knows she\u200b paid f\u200dor",
        "Еvеryоnе knоws shе раid fоr",
        "ＥＶＥＲＹＯＮＥ knows she paid for",
        "𝓮𝓿𝓮𝓻𝔂𝓸𝓷𝓮 knows she paid for",
        "e\u0301veryone knows she paid for",
        "Everyone knows sheㅤ paid for",
        "Everyone-knows/she…paid — for",
        "Every\u034fone kn0ws she paid for",
        "Everyone knows she paid f\u043er",
    ],
)
def test_letters_that_look_alike_are_alike(facts):
    [leak] = find_leaks(f"It says: {facts}", HIDDEN)
    assert (leak.why, leak.start) == ("the words", len("It says: "))


@pytest.mark.parametrize("facts", ["Не надо так о нём писать", "НЕ НАДО ТАК О НЁМ"])
def test_other_scripts_have_two_cases_as_well(facts):
    assert find_leaks(facts, "Это не надо так о нём говорить")
    assert find_leaks("Νέα από τον δήμο μας", "ΝΕΑ ΑΠΟ ΤΟΝ ΔΗΜΟ ΜΑΣ")
    assert find_leaks("Er zahlte für die Straße", "ER ZAHLTE FUR DIE STRASSE")


def test_scripts_without_spaces_are_compared_by_character():
    assert find_leaks("Es sagt 他是一个骗子", "我说他是一个骗子吗")
    assert not find_leaks("他是人", "我说他是一个骗子吗")


@pytest.mark.parametrize(
    "number",
    [
        "+44 177 555 2901",
        "0044 (0)177 5552901",
        "+44 (0) 177-555-2901",
        "0177/555 29 01",
        "０１７７ ５５５ ２９０１",
        "٠١٧٧٥٥٥٢٩٠١",
        "555.2901",
        "01 77 – 555 – 2901",
    ],
)
def test_a_number_is_the_same_however_it_is_dialled(number):
    assert find_leaks(f"It gives {number} again.", HIDDEN)
    assert not find_leaks("It gives 0177 555 2902 again.", HIDDEN)


@pytest.mark.parametrize(
    ("facts", "hidden"),
    [
        ("It calls him a thief", "Thief!"),
        ("It calls him a thіef", "Thief!"),
        ("He wrote: you  LIAR, again", "You liar."),
        ("Nur: Du Lump", "du lump"),
    ],
)
def test_a_short_text_counts_whole(facts, hidden):
    assert find_leaks(facts, hidden)
    assert not find_leaks("It insults somebody", hidden)


def test_a_text_of_one_word_may_be_left_to_others():
    public = PublicText("It says this: nothing to see.")
    assert public.leaks("This")
    assert not public.leaks("This", whole_from=2)
    assert public.leaks("Says this", whole_from=2)
    assert not public.leaks("to")


def test_an_address_counts_without_its_scheme():
    assert find_leaks("It links to leaks.example/page.", HIDDEN)
    assert find_leaks("Mail to bоb@mаil.example", HIDDEN)


def test_a_name_is_found_in_look_alikes():
    assert names_in("A remark by Νеll  Farrow.", "Nell Farrow")
    assert not names_in("A remark by Li.", "Li")


def test_long_hidden_texts_cost_no_more_than_their_length():
    for hidden in ("a" * 300_000, "a." * 150_000, "1 " * 150_000, "rn" * 150_000):
        assert find_leaks("It insults somebody: 12345678 a@b.example", hidden) == []
