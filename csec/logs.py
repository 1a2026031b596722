"""The log of the processes: where something went wrong and what kind of error it was, never with which values."""

import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
#: Where Celery puts what an exception says, as a text.
_OF_CELERY = "exc"


#: Where it goes: what happened, never about whom. Request lines carry paths of opaque ids alone.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "csec.logs.WithoutValues", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}},
}


class WithoutValues(logging.Formatter):
    """
    Leaves out what an exception says: the database quotes the row that it refused, names and all.

    The types and the lines of code of the whole chain stay; they are enough to find the fault. Times are UTC.
    """

    converter = time.gmtime  # type: ignore[assignment]
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Of a copy: another handler may have kept the text of the exception with it."""
        ours = logging.makeLogRecord(record.__dict__ | {"exc_text": None})
        ours.args = _without_values(record.args)
        return super().format(ours)

    def formatException(self, ei: ExceptionInfo) -> str:
        return told(ei[1])


def told(error: BaseException | None) -> str:
    """The types and the lines of code of an exception and of all that led to it."""
    lines: list[str] = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        lines.insert(0, f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nled to:\n\n".join(lines)


def last_words(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    """What a process or a command says that ends by an exception, in place of `sys.excepthook`."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.stderr.write(told(error) + "\n")


def _without_values(args: Any) -> Any:
    """What a message is filled with: of an exception its type."""
    if isinstance(args, Mapping):
        return {name: _shown(value, said=name == _OF_CELERY) for name, value in args.items()}
    return tuple(_shown(value) for value in args) if isinstance(args, tuple) else args


def _shown(value: Any, *, said: bool = False) -> Any:
    if isinstance(value, BaseException):
        return type(value).__qualname__
    return re.sub(r"\W.*", "", str(value), flags=re.DOTALL) if said else value
