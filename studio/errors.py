"""Every exception the studio raises on purpose.

StudioError
├── UserError            shown word for word: names the value, the place and the mend
│   ├── NotFound         an id or name that does not exist (for this owner)
│   ├── Invalid          a value, file or setting that cannot be used
│   └── Conflict         somebody else wrote to the session first
├── StorageError         the disk or database refused; nothing was lost
└── ModelError           a language model did not give a usable answer
    ├── ModelUnavailable     not reachable, timed out, over its rate, or the stream broke off
    ├── ModelRefused         the provider or the model declined the request
    │   └── ModelDeclined    because of what it says: another request may be answered
    ├── ModelOutput          an answer came, but it is empty or not of the asked form
    └── ModelBudget          the agreed limit of calls, tokens or cost is reached
"""

from __future__ import annotations


class StudioError(Exception):
    """Base of all of them. `str(error)` is a whole sentence fit for a reader."""


class UserError(StudioError):
    """The person can mend this; the message says how."""


class NotFound(UserError):
    """No such thing, or not yours: the two are never told apart."""


class Invalid(UserError):
    """A value, file or setting that cannot be used."""


class Conflict(UserError):
    """The session moved on since it was read; nothing was written."""


class StorageError(StudioError):
    """The disk or database refused a read or a write. What was stored before stands."""


class ModelError(StudioError):
    """A language model gave no usable answer. The session is whole; the call can be tried again."""


class ModelUnavailable(ModelError):
    """Not reachable, timed out, rate-limited, or died in mid-stream."""


class ModelRefused(ModelError):
    """Wrong key, no right to the model, or content declined."""


class ModelDeclined(ModelRefused):
    """Content rules; only this request is refused."""


class ModelOutput(ModelError):
    """Empty or malformed output."""


class ModelBudget(ModelError):
    """The agreed limit of calls, tokens or cost is reached."""
