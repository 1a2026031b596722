"""The log of the processes: where something went wrong and what kind of error it was, never with which values."""

import logging
import traceback
from types import TracebackType

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """
    Leaves out what an exception says: the database quotes the row that it refused, names and all.

    The types and the lines of code of the whole chain stay; they are enough to find the fault.
    """

    def formatException(self, ei: ExceptionInfo) -> str:
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__))
            lines.insert(0, f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nled to:\n\n".join(lines)
