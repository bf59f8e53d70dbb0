"""Money, dates, times, phones and documents as people of each language read them. Pure."""

import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import phonenumbers

from web.i18n import Language

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def money(cents: int, language: Language) -> str:
    """Integer cents of real as `R$ 1.234,56` or `R$1,234.56`."""
    text = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    sign = MINUS if cents < 0 else ""
    return f"{sign}R${NO_BREAK}{_swapped(text)}" if language is Language.PT_BR else f"{sign}R${text}"


def number(value: float, language: Language, *, digits: int = 0) -> str:
    """A number with the language's separators: `1.234,5` or `1,234.5`."""
    text = f"{value:,.{digits}f}"
    return _swapped(text) if language is Language.PT_BR else text


def percent(share: float | None, language: Language, *, digits: int = 1) -> str:
    """A share between 0 and 1 as `2,1 %` or `2.1%`; unknown is a dash."""
    if share is None or math.isnan(share):
        return "–"
    text = number(share * 100, language, digits=digits)
    return f"{text}{NO_BREAK}%" if language is Language.PT_BR else f"{text}%"


def seconds(value: float | None, language: Language) -> str:
    """A short wait as `4 ms` or `1,8 s`; unknown is a dash."""
    if value is None:
        return "–"
    return f"{value * 1000:.0f}{NO_BREAK}ms" if value < 1 else f"{number(value, language, digits=1)}{NO_BREAK}s"


def day(value: date, language: Language) -> str:
    """`22/11/2026` or `22 Nov 2026`."""
    if language is Language.PT_BR:
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, language: Language, zone: ZoneInfo) -> str:
    """Date and time to the minute, in the operation's time zone."""
    local = value.astimezone(zone)
    return f"{day(local.date(), language)}{' ' if language is Language.PT_BR else ', '}{local:%H:%M}"


def clock(value: datetime, zone: ZoneInfo) -> str:
    """Time of day with seconds, in the operation's time zone."""
    return f"{value.astimezone(zone):%H:%M:%S}"


def duration(value: float | None) -> str:
    """Seconds as `1:05` or `1:02:03`; unknown is a dash. Part seconds are dropped, as a running clock does."""
    if value is None:
        return "–"
    whole = max(0, int(value))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def phone(e164: str) -> str:
    """`+5511912345678` as `(11) 91234-5678`; foreign numbers keep their country; the unreadable stays as it is."""
    try:
        parsed = phonenumbers.parse(e164, "BR")
    except phonenumbers.NumberParseException:
        return e164
    national = parsed.country_code == 55
    style = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def masked_document(digits: str) -> str:
    """A CPF as `***.456.789-**`: enough to tell two namesakes apart, not enough to misuse. A CNPJ is public."""
    if len(digits) == 11:
        return f"***.{digits[3:6]}.{digits[6:9]}-**"
    if len(digits) == 14:
        return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"
    return "*" * max(0, len(digits) - 3) + digits[-3:]


def parse_moment(value: str | None) -> datetime | None:
    """An ISO time of a snapshot, aware; None when it is missing or unreadable."""
    try:
        parsed = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed and parsed.tzinfo is None else parsed


def _swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))
