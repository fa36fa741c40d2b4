"""What went wrong with a provider, as one of our errors: names the model, the cause and the mend, and never a key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from studio.errors import ModelDeclined, ModelError, ModelRefused, ModelUnavailable

CAUSE_CHARS = 300
HIDDEN = "[key]"

_KEY_LIKE = re.compile(
    r"""(?ix) \b(?:sk|pk|rk|gsk|hf|xai|r8|nvapi|pplx|tgp|key|ghp|AIza)[-_*][-_*.\w]{5,}  # the prefixes providers give
      | \bAIza[-_\w]{10,}
      | (?<=Bearer\s)\S+
      | \b(?=[-_\w]*\d)(?=[-_\w]*[a-z])[-_\w]{32,}\b"""
)
_WRAPPING = re.compile(r"^(?:litellm\.)?\w*(?:Error|Exception|Timeout)(?::\s+|\s+-\s+)")
_OUT_OF_CREDIT = (
    "insufficient_quota",
    "insufficient balance",
    "credit balance is too low",
    "exceeded your current quota",
)


@dataclass(frozen=True)
class Failure:
    """`transient`: the same call may work a moment later, after `wait_seconds` where the provider named a time."""

    error: ModelError
    transient: bool = False
    wait_seconds: float | None = None


@dataclass(frozen=True)
class Endpoint:
    """Who was called: the model's name, the address where it is our business, and the keys never to repeat."""

    model: str
    address: str = ""
    secrets: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`at http://…`, or nothing for a provider's own address."""
        return f" at {self.address}" if self.address else ""


def scrub(text: str, secrets: tuple[str, ...] = ()) -> str:
    """`text` without these secrets, nor anything that looks like a key."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    return _KEY_LIKE.sub(HIDDEN, text)


def timed_out(endpoint: Endpoint, seconds: float, started: bool) -> Failure:
    """The model said nothing for `seconds`, before its first word or in the middle of its answer."""
    when = "in the middle of its answer" if started else "before its first word"
    return Failure(
        ModelUnavailable(
            f"{endpoint.model}{endpoint.place} was silent for {seconds:g} seconds {when}. Try again, "
            "or raise STUDIO_TIMEOUT_SECONDS if this model needs longer."
        )
    )


def broke_off(endpoint: Endpoint) -> Failure:
    """The stream ended without the model having finished."""
    return Failure(
        ModelUnavailable(f"The connection to {endpoint.model}{endpoint.place} broke off before the end. Try again."),
        transient=True,
    )


def failure(error: Exception, endpoint: Endpoint, now: datetime | None = None) -> Failure:
    """The failure behind an exception of the client library, told apart by HTTP status and class name.

    `now` is what a `Retry-After` date is measured from.
    """
    wait = _wait_seconds(error, now or datetime.now(UTC))
    inner = getattr(error, "original_exception", None)
    if isinstance(inner, Exception):
        error = inner
    cause = _cause(error, endpoint)
    names = {kind.__name__ for kind in type(error).__mro__}
    status = _status(error)
    who = f"{endpoint.model}{endpoint.place}"
    if "ContentPolicyViolationError" in names or "RejectedRequestError" in names:
        declined = f"{endpoint.model} declined this request because of its content rules. Change the last line. {cause}"
        return Failure(ModelDeclined(declined))
    if refused := _refusal(status, names, cause, endpoint.model):
        return Failure(ModelRefused(refused))
    if status == 429:
        later = f" It asks to wait {wait:g} seconds." if wait else ""
        return Failure(ModelUnavailable(f"{who} is over its rate limit.{later} Try again later. {cause}"), True, wait)
    if "Timeout" in names or "TimeoutException" in names or status == 408:
        return Failure(ModelUnavailable(f"{who} did not answer in time. Try again. {cause}"), True)
    if "connection error" in cause.lower() or names & {"ConnectError", "ConnectionError"}:
        mend = "Check that it runs and that the address is right" if endpoint.address else "Check the network"
        return Failure(ModelUnavailable(f"{who} cannot be reached. {mend}, then try again."), True)
    told = f" ({status})" if status else ""
    return Failure(ModelUnavailable(f"{who} failed{told}. Try again. {cause}".rstrip()), True, wait)


def _refusal(status: int, names: set[str], cause: str, model: str) -> str:
    """The message where the same request will be refused again; empty where it may not."""
    lowered = cause.lower()
    broke = "retry" not in lowered and any(sign in lowered for sign in _OUT_OF_CREDIT)
    if status == 402 or (status == 429 and broke):
        return f"The account behind the key for {model} has no credit left. Top it up or choose another model. {cause}"
    if status == 401:
        return f"{model} did not accept the key. Give a valid key on the Models page or as STUDIO_API_KEY. {cause}"
    if status == 403:
        return f"This key has no right to use {model}. Use another key or another model. {cause}"
    if status == 404:
        return f"There is no model {model} there. Check the name's spelling and the address. {cause}"
    if "ContextWindowExceededError" in names:
        return f"The prompt is longer than {model} can read. Choose a model that reads more, or a new scene. {cause}"
    if 400 <= status < 500 and status not in (408, 409, 425, 429):
        return f"{model} did not accept the request ({status}). {cause}"
    return ""


def _status(error: Exception) -> int:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else 0


def _cause(error: Exception, endpoint: Endpoint) -> str:
    """The provider's own words: one line, cut short, without the library's wrapping and without keys."""
    text = " ".join(scrub(str(error), endpoint.secrets).split())
    while wrapping := _WRAPPING.match(text):
        text = text[wrapping.end() :]
    text = text.strip(" -")
    return f"It says: {text[:CAUSE_CHARS]}" if text else ""


def _wait_seconds(error: Exception, now: datetime) -> float | None:
    """`Retry-After`, in seconds or as a date, from whichever headers the library kept."""
    for headers in (
        getattr(error, "litellm_response_headers", None),
        getattr(getattr(error, "response", None), "headers", None),
        getattr(getattr(error, "original_exception", None), "litellm_response_headers", None),
    ):
        value = (headers or {}).get("retry-after")
        if not value:
            continue
        try:
            return max(0.0, float(value))
        except ValueError:
            pass
        try:
            return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
        except (TypeError, ValueError):
            continue
    return None
