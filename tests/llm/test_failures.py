"""What is said of a failure, and what never is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from studio.errors import ModelDeclined, ModelRefused, ModelUnavailable
from studio.llm.failures import Endpoint, failure, scrub

HOUSE = Endpoint("openai/test", "http://127.0.0.1:1234/v1", ("sk-secret-1",))
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


class Answer:
    """The headers an error of the library carries."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers


class StatusError(Exception):
    """As the library's errors: a status, and perhaps a response."""

    def __init__(self, message: str, status_code: int, **headers: str) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.response = Answer({name.replace("_", "-"): value for name, value in headers.items()})


class ContextWindowExceededError(StatusError):
    """Told apart by its name."""


class ContentPolicyViolationError(StatusError):
    """Told apart by its name."""


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abc***********xyz. Find it at",
        "key gsk_abcdefgh12345678 rejected",
        "hf_abcdefghijklmnop is not valid",
        "Authorization: Bearer abc.def.ghi",
        "AIzaSyA-1234567890abcdefghijklmnopqrstuv",
        "token 0123456789abcdef0123456789abcdef unknown",
        "x-api-key: sk-ant-api03-AbCdEf_12345",
    ],
)
def test_what_looks_like_a_key_is_hidden(text: str) -> None:
    cleaned = scrub(text)
    assert "[key]" in cleaned
    for word in text.replace(",", " ").replace(". ", " ").split():
        if any(letter.isdigit() for letter in word) or "***" in word or word.startswith(("hf_", "abc.")):
            assert word not in cleaned


@pytest.mark.parametrize("text", ["The lamp is lit.", "max_tokens must be at most 4096", "model gpt-4o-mini not found"])
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert scrub(text) == text


def test_the_key_itself_is_hidden_whatever_it_looks_like() -> None:
    assert scrub("you sent plain and plain", ("plain", "")) == "you sent [key] and [key]"


def test_the_provider_s_words_come_without_the_library_s() -> None:
    told = failure(StatusError("litellm.BadRequestError: OpenAIException - top_p is\ntoo high", 400), HOUSE)
    assert str(told.error) == "openai/test did not accept the request (400). It says: top_p is too high"


@pytest.mark.parametrize(
    ("error", "kind", "transient", "says"),
    [
        (ContextWindowExceededError("too long", 400), ModelRefused, False, "longer than openai/test can read"),
        (ContentPolicyViolationError("no", 400), ModelDeclined, False, "content rules"),
        (StatusError("You exceeded your current quota", 429), ModelRefused, False, "no credit left"),
        (StatusError("You exceeded your current quota. Retry in 3 s", 429), ModelUnavailable, True, "rate limit"),
        (StatusError("Connection error.", 500), ModelUnavailable, True, "Check that it runs"),
        (StatusError("boom", 502), ModelUnavailable, True, "failed (502)"),
        (StatusError("slow", 408), ModelUnavailable, True, "did not answer in time"),
        (ValueError("odd"), ModelUnavailable, True, "failed. Try again. It says: odd"),
        (ConnectionResetError("gone"), ModelUnavailable, True, "cannot be reached"),
    ],
)
def test_kinds(error: Exception, kind: type[Exception], transient: bool, says: str) -> None:
    told = failure(error, HOUSE)
    assert type(told.error) is kind
    assert told.transient is transient
    assert says in str(told.error)


def test_a_wrapped_error_is_told_by_what_it_wraps() -> None:
    wrapper = StatusError("MidStream", 503)
    wrapper.original_exception = StatusError("litellm.RateLimitError: slow down", 429, retry_after="4")
    told = failure(wrapper, HOUSE)
    assert "rate limit" in str(told.error)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
    ],
)
def test_retry_after_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert failure(StatusError("slow", 429, retry_after=value), HOUSE, now=NOW).wait_seconds == seconds
