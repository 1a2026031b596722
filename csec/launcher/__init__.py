"""`demo` and `test` inside `.venv`: the servers, the processes, and the order in which they come and go."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType


class Stopped(Exception):
    """The person, or the system, asked the launcher to stop."""


def launch(command: str, arguments: Sequence[str]) -> int:
    """Run `demo` or `test`; return the exit code.

    Raises `CannotStart` for what stands in the way.
    """
    from csec.bootstrap import CannotStart
    from csec.database import NotPrepared
    from csec.launcher.processes import Died

    with signals_raise():
        try:
            if command == "test":
                from csec.launcher import suite

                return suite.run(list(arguments))
            from csec.launcher import demo

            options = parse(arguments)
            return demo.run(port=options.port, reset=options.reset)
        except Stopped:
            print("Stopped; the data is kept." if command == "demo" else "Stopped.", flush=True)
            return 0 if command == "demo" else 130
        except Died as news:
            print(news, file=sys.stderr, flush=True)
            return 1
        except NotPrepared as reason:
            raise CannotStart(str(reason)) from None


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options of `demo`."""
    parser = argparse.ArgumentParser(
        prog="manage.py demo",
        description="Set everything up with invented data and serve it on this machine until Ctrl-C.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--port", type=port_number, help="where to serve the pages (default: 8000, or the next free)"
    )
    parser.add_argument("--reset", action="store_true", help="delete the data of earlier demos first")
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    """Return a port number; raise what argparse turns into a message."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


@contextlib.contextmanager
def signals_raise() -> Iterator[None]:
    """Raise `Stopped` in the main thread at the first signal to stop; ignore all that follow it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    # A hang-up that was to be ignored (nohup) stays ignored.
    hang_up = [] if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else [signal.SIGHUP]
    numbers = [signal.SIGINT, signal.SIGTERM, *hang_up]
    for number in numbers:
        signal.signal(number, stop)
    yield
