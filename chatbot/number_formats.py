"""Numbers and dates of a workbook as they look in it, by their number format.

The formats that lists are full of: general, decimals, thousands, percent, currency, dates, times
and durations. Others (fractions, powers of ten) look general.
"""

import re
from datetime import date, datetime, time, timedelta

Value = bool | int | float | date | time | timedelta  # a datetime is a date
GENERAL = "General"
_BRACKETS = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]|\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_DIGITS = re.compile(r"[#0?][#0?,. ]*")
_DATE_TOKENS = re.compile(
    r'"[^"]*"|\\.|\[h+\]|\[m+\]|\[s+\]|y+|m+|d+|h+|s+|AM/PM|A/P|\.0+|.', re.IGNORECASE
)
# A built-in short date looks as the reader's own country writes it; the format names the American.
_SHORT_DATES = {"mm-dd-yy": "dd/mm/yyyy", "m/d/yy h:mm": "dd/mm/yyyy hh:mm"}


def shown(value: Value, number_format: str) -> str:
    """The value as a spreadsheet shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, number_format)
    return _moment(value, _SHORT_DATES.get(number_format, number_format))


def general(value: float) -> str:
    """A number without a format: no more digits than a cell has room for."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e11):
        return str(int(value))
    text = f"{value:.10g}"
    return text if "e" in text else text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: float, number_format: str) -> str:
    sections = number_format.split(";")
    section = sections[0]
    if len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    elif len(sections) > 2 and value == 0:
        section = sections[2]
    section = _BRACKETS.sub(lambda found: found[1] or "", section)
    plain = _LITERAL.sub("", section)
    found = _DIGITS.search(section)
    if not found or GENERAL.lower() in section.lower() or re.search(r"E[+-]|/", plain):
        return general(value)
    digits = found[0].rstrip()
    whole, _, decimals = digits.partition(".")
    scaled = value * 100 if "%" in plain else value
    places = len(re.findall(r"[0?]", decimals))
    text = f"{abs(scaled):{',' if ',' in whole.rstrip(',') else ''}.{places}f}"
    least = whole.count("0")
    if least > len(text.split(".")[0]):
        text = text.zfill(least + (places + 1 if places else 0))
    before, after = section[: found.start()], section[found.start() + len(digits) :]
    sign = "-" if scaled < 0 and float(text.replace(",", "")) else ""
    return f"{sign}{_literals(before)}{text}{_literals(after)}".strip()


def _literals(text: str) -> str:
    return _LITERAL.sub(lambda found: found[1] or found[2] or "", text)


def _moment(value: date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, time):
        value = datetime.combine(date(1900, 1, 1), value)
    elif not isinstance(value, datetime):
        value = datetime.combine(value, time())
    section = _BRACKETS.sub("", number_format.split(";")[0])
    tokens = _DATE_TOKENS.findall(section)
    kinds = [token[0].lower() for token in tokens]
    if not set(kinds) & set("ymdhs"):  # a format that names no part of a date
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    halves = any(token.upper() in ("AM/PM", "A/P") for token in tokens)
    return "".join(
        _part(value, token, _is_minute(tokens, n), halves) for n, token in enumerate(tokens)
    ).strip()


def _is_minute(tokens: list[str], n: int) -> bool:
    """Whether an `m` stands for minutes: after hours or before seconds."""
    before = [one[0].lower() for one in tokens[:n] if one[0].lower() in "ymdhs["]
    after = [one[0].lower() for one in tokens[n + 1 :] if one[0].lower() in "ymdhs"]
    return before[-1:] in (["h"], ["["]) or after[:1] == ["s"]


def _part(value: datetime, token: str, minute: bool, halves: bool) -> str:
    kind, long = token[0].lower(), len(token)
    if token.upper() in ("AM/PM", "A/P"):
        return f"{value:%p}"
    if kind == "y":
        return f"{value.year:04}" if long > 2 else f"{value.year % 100:02}"
    if kind == "m" and not minute:
        names = {3: f"{value:%b}", 4: f"{value:%B}", 5: f"{value:%b}"[0]}
        return names.get(long, f"{value.month:0{min(long, 2)}}")
    if kind == "d":
        names = {3: f"{value:%a}", 4: f"{value:%A}"}
        return names.get(long, f"{value.day:0{min(long, 2)}}")
    if kind in "hms":
        hour = (value.hour % 12 or 12) if halves else value.hour
        number = {"h": hour, "m": value.minute, "s": value.second}[kind]
        return f"{number:0{min(long, 2)}}"
    if token.startswith(".0"):
        return ""
    if token.startswith("["):
        return ""
    return token[1] if token[0] == "\\" else token.strip('"')
