"""Regular expressions from strangers: JavaScript's meaning, and no way to hang or drown the studio."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.roleplay.patterns import ALL_SEARCHES_SECONDS, Stopwatch, fault, is_regex, translated


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("/lamp(s|es)?/i", "The LAMPS burn", True),
        ("/lamp/", "The LAMPS burn", False),
        ("/^b/m", "a\nb", True),
        ("/^b/", "a\nb", False),
        ("/a$/", "a\n", False),
        ("/a$/m", "a\nb", True),
        ("/a.b/", "a\nb", False),
        ("/a.b/s", "a\nb", True),
        ("/[^]b/", "\nb", True),
        ("/[]b/", "b", False),
        ("/a{,5}/", "a{,5}", True),
        ("/a{2,3}b/", "aab", True),
        ("/foo{e<=3}/", "foo{e<=3}", True),
        ("/[a-z-9]x/", "-x", True),
        (r"/[\w-]+z/", "a-z", True),
        (r"/[[\]&&||~~--]/", "&", True),
        (r"/(?<n>a)\k<n>/", "aa", True),
        (r"/(a)\1/", "aa", True),
        (r"/\u00e9|\xe8|\u{1F600}/", "😀", True),
        (r"/\p{L}+/u", "é", True),
        (r"/\cJ/", "\n", True),
        (r"/\A/", "A", True),
        (r"/(?<!no )lamp/", "no lamp", False),
        (r"/a\/b/", "a/b", True),
        (r"/[\b]/", "\x08", True),
    ],
)
def test_a_pattern_means_what_it_means_in_javascript(key: str, text: str, found: bool) -> None:
    assert fault(key) == ""
    assert Stopwatch().found(key, text) is found


@pytest.mark.parametrize("key", ["lamp", "/lamp", "lamp/", "/a/b/", "//", "/a/xyz", "/", "/a/I"])
def test_what_is_not_between_slashes_is_a_plain_key(key: str) -> None:
    assert not is_regex(key)
    assert fault(key) and not Stopwatch().found(key, key)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("/((a{2000}){2000}){2000}/", "multiply"),
        ("/" + "(?:" * 40 + "a" + "){2}" * 40 + "/", "multiply"),
        ("/" + "(" * 400 + ")" * 400 + "/", "nest deeper"),
        ("/" + "a" * 6000 + "/", "longer"),
        ("/(?R)a/", "group JavaScript"),
        ("/(?P<n>a)/", "group JavaScript"),
        ("/(?i)a/", "group JavaScript"),
        ("/a++/", "nothing before"),
        ("/*a/", "nothing before"),
        ("/a{5,2}/", "downwards"),
        ("/[a/", "left open"),
        ("/(a/", "left open"),
        ("/a)/", "never opened"),
        ("/[z-a]/", "JavaScript would"),
        (r"/\p{Nonsense}/", "JavaScript would"),
        (r"/\u{110000}/", "does not exist"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(key: str, why: str) -> None:
    assert why in fault(key)
    assert not Stopwatch().found(key, "aaaa")


def test_a_search_that_takes_too_long_is_given_up_for_good() -> None:
    watch = Stopwatch()
    text = "a" * 5000 + "!"
    assert not watch.found("/(a+)+$/", text)
    spent = watch.spent
    assert watch.cut == {"/(a+)+$/"} and spent > 0
    assert not watch.found("/(a+)+$/", text)
    assert watch.spent == spent


def test_all_searches_share_one_allowance() -> None:
    watch = Stopwatch()
    assert watch.found("/a/", "a")
    watch.spent = ALL_SEARCHES_SECONDS
    assert not watch.found("/b/", "b")
    assert watch.cut == {"/b/"}


@settings(deadline=None)
@given(st.text(alphabet="ab(){}[]^$.*+?|\\/:=!<>-,0129dwRPé\n", max_size=30))
def test_no_pattern_raises_or_warns(body: str) -> None:
    key = f"/{body}/i"
    Stopwatch(allowance=0.02).found(key, "ab a1 \n(é)")


@settings(deadline=None)
@given(st.text(max_size=20))
def test_plain_letters_stay_as_they_are(text: str) -> None:
    letters = "".join(sign for sign in text if sign.isalnum())
    assert translated(letters) == letters
