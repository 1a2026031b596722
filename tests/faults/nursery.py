"""Starts senders: for each line on its input one process that runs the command on that line, as the worker.

Forked from a Django that is loaded already, because the tests kill them by the hundred. Run as `python -m`.
"""

import os
import signal
import sys

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from csec.delivery.kinds import Kind, register

    register(Kind("test", "A task needs you.", False, lambda messages, at: {one.id for one in messages}))
    # Nobody waits for them: the system forgets each by itself.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(2, 1)
            code = 1
            try:
                call_command(line.strip())
                code = 0
            finally:
                sys.stdout.flush()
                os._exit(code)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
