"""Logging: a constant sentence with fields; never a phone number, name, CPF or transcript text."""

import json
import logging
import sys
from datetime import UTC, datetime

_PLAIN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class FieldsFormatter(logging.Formatter):
    """`time level logger sentence key=value …`; the fields come from `extra=`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = " ".join(f"{k}={json.dumps(v, default=str)}" for k, v in vars(record).items() if k not in _PLAIN)
        line = f"{at} {record.levelname.lower()} {record.name} {record.getMessage()} {fields}".rstrip()
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def configure_logging(level: str = "INFO") -> None:
    """Send every logger to standard error in one shape."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FieldsFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("panoramisk").setLevel(logging.WARNING)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
