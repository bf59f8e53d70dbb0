"""Templates to text: one Jinja environment, everything escaped, with the words and formats of one language bound in."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web import format as say
from web.i18n import Language, translate

ROOM = Path(__file__).parent
ASSETS = ROOM / "assets"


class Pages:
    """Renders templates; the same values give the same text."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._words = {language: _words(language, zone) for language in Language}
        self._environment = Environment(
            loader=FileSystemLoader(ROOM / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Else each row of an agent asks the disk whether its template is still the same.
            auto_reload=False,
        )
        self._environment.globals["assets"] = _assets_version()

    def render(self, name: str, language: Language, **values: object) -> str:
        """The template's text in `language`; a value that is missing raises, so that no page shows a hole."""
        return self._environment.get_template(name).render(**self._words[language], **values)


def _words(language: Language, zone: ZoneInfo) -> Mapping[str, object]:
    """What templates say numbers, times and texts with."""

    def t(key: str, **values: object) -> str:
        return translate(language, key, **values)

    def tn(key: str, count: int) -> str:
        form = "one" if count == 1 else "other"
        return translate(language, f"{key}.{form}", count=say.number(count, language))

    def money(cents: int) -> str:
        return say.money(cents, language)

    def number(value: float) -> str:
        return say.number(value, language)

    def percent(share: float | None, digits: int = 1) -> str:
        return say.percent(share, language, digits=digits)

    def wait(value: float | None) -> str:
        return say.seconds(value, language)

    def day(value: date) -> str:
        return say.day(value, language)

    def moment(value: datetime) -> str:
        return say.moment(value, language, zone)

    def clock(value: datetime) -> str:
        return say.clock(value, zone)

    def lately(value: datetime, now: datetime) -> str:
        same_day = value.astimezone(zone).date() == now.astimezone(zone).date()
        return clock(value) if same_day else moment(value)

    return {
        "language": language,
        "t": t,
        "tn": tn,
        "money": money,
        "number": number,
        "percent": percent,
        "wait": wait,
        "day": day,
        "moment": moment,
        "clock": clock,
        "lately": lately,
        "duration": say.duration,
        "phone": say.phone,
        "masked": say.masked_document,
        "zone": zone,
    }


def _assets_version() -> str:
    digest = sha256()
    for path in sorted(ASSETS.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
