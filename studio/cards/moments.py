"""Times and spans as macros write them: the English forms of moment.js, whatever the machine's locale."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIME = "h:mm A"
DATE = "MMMM D, YYYY"
_TOKEN = re.compile(
    r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DDDD|DD|Do|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|X|LT|LL"
)
_SPANS = (
    (45, 1, "a few seconds", ""),
    (90, 60, "a minute", ""),
    (45 * 60, 60, "", "minutes"),
    (90 * 60, 3600, "an hour", ""),
    (22 * 3600, 3600, "", "hours"),
    (36 * 3600, 86_400, "a day", ""),
    (26 * 86_400, 86_400, "", "days"),
    (45 * 86_400, 2_629_800, "a month", ""),
    (320 * 86_400, 2_629_800, "", "months"),
    (548 * 86_400, 31_557_600, "a year", ""),
)


def formatted(at: datetime, pattern: str) -> str:
    """The time in a moment.js pattern such as `dddd, D MMMM YYYY [at] HH:mm`; other letters stay as they are."""
    return _TOKEN.sub(lambda found: found[1] if found[1] is not None else _token(at, found[0]), pattern)


def span(length: timedelta) -> str:
    """How long that is, in words: 'a few seconds', '5 minutes', 'a day', '3 months'."""
    seconds = abs(length.total_seconds())
    for below, unit, single, plural in _SPANS:
        if seconds < below:
            return single or f"{max(round(seconds / unit), 2)} {plural}"
    return f"{round(seconds / 31_557_600)} years"


def _token(at: datetime, token: str) -> str:
    hour = at.hour % 12 or 12
    offset = at.strftime("%z") or "+0000"
    ordinal = "th" if at.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(at.day % 10, "th")
    values = {
        "YYYY": f"{at.year:04}",
        "YY": f"{at.year % 100:02}",
        "MMMM": MONTHS[at.month - 1],
        "MMM": MONTHS[at.month - 1][:3],
        "MM": f"{at.month:02}",
        "M": str(at.month),
        "DDDD": f"{at.timetuple().tm_yday:03}",
        "DD": f"{at.day:02}",
        "Do": f"{at.day}{ordinal}",
        "D": str(at.day),
        "dddd": DAYS[at.weekday()],
        "ddd": DAYS[at.weekday()][:3],
        "HH": f"{at.hour:02}",
        "H": str(at.hour),
        "hh": f"{hour:02}",
        "h": str(hour),
        "mm": f"{at.minute:02}",
        "m": str(at.minute),
        "ss": f"{at.second:02}",
        "s": str(at.second),
        "SSS": f"{at.microsecond // 1000:03}",
        "A": "AM" if at.hour < 12 else "PM",
        "a": "am" if at.hour < 12 else "pm",
        "Z": f"{offset[:3]}:{offset[3:5]}",
        "ZZ": offset[:5],
        "X": str(int(at.timestamp())),
    }
    return formatted(at, TIME if token == "LT" else DATE) if token in ("LT", "LL") else values[token]
