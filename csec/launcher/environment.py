"""The addresses and keys that the processes read from their environment, and the servers behind them."""

import os
from pathlib import Path

from csec import database
from csec.bootstrap import step
from csec.launcher import invented, postgres, valkey
from csec.launcher.kept import START_OVER, Secrets, master_keys
from csec.launcher.processes import Processes

OWNER = "csec_owner"
DATABASE = "csec"


def establish(
    processes: Processes, folder: Path, secrets: Secrets, *, kind: str, durable: bool = True
) -> dict[str, str]:
    """Start the servers that no address replaces, prepare the database; return what the processes need to know.

    `folder` holds the servers' data and what the processes write; `kind` becomes CSEC_ENV. What the person has set in
    the environment wins over all of it.
    """
    found = {
        "CSEC_ENV": kind,
        "CSEC_VAR": str(folder),
        "SECRET_KEY": secrets.get("SECRET_KEY"),
    }
    if file := os.environ.get("CSEC_MASTER_KEYS_FILE"):
        found["CSEC_MASTER_KEYS_FILE"] = file
    else:
        found["CSEC_MASTER_KEYS"] = secrets.get("CSEC_MASTER_KEYS", master_keys)
    found |= {name: os.environ[name] for name in found if os.environ.get(name) and name != "CSEC_ENV"}
    found |= databases(processes, folder, secrets, demo=kind == "demo", durable=durable)
    if not (broker := os.environ.get("REDIS_URL", "")):
        with step("Starting Valkey"):
            broker = valkey.start(processes, folder / "valkey", password=secrets.get("valkey"))
    return found | {"REDIS_URL": broker}


def databases(
    processes: Processes, folder: Path, secrets: Secrets, *, demo: bool, durable: bool
) -> dict[str, str]:
    """Return the four addresses of the database, whose roles are ready; for the demo only where nobody real is."""
    admin_url, owner_url = "", os.environ.get("DATABASE_URL", "")
    if owner_url:
        for name in ("DATABASE_URL", *database.GROUPS):
            if os.environ.get(name):
                database.check_address(name, os.environ[name])
        remedy = "give DATABASE_URL an empty database"
    else:
        with step("Starting PostgreSQL"):
            superuser_url = postgres.start(
                processes, folder / "pgdata", password=secrets.get("superuser"), durable=durable
            )
        owner = (OWNER, secrets.get(OWNER))
        database.make_owner(superuser_url, login=owner[0], password=owner[1], database=DATABASE)
        admin_url = database.with_database(superuser_url, DATABASE)
        owner_url = database.address(admin_url, login=owner[0], password=owner[1])
        remedy = START_OVER
    if demo:
        invented.check(
            owner_url,
            otherwise=f"The database of {database.without_password(owner_url)} holds people or schools that the demo"
            f" did not make, and the demo signs anybody in with one click: {remedy}.",
        )
    addresses = {"DATABASE_URL": owner_url}
    logins = {}
    for name, group in database.GROUPS.items():
        # An address in the environment belongs to a DATABASE_URL there, never to the embedded server.
        if not admin_url and os.environ.get(name):
            addresses[name] = os.environ[name]
            continue
        login = f"{group}_login" if admin_url else login_name(database.database_of(owner_url), group)
        logins[group] = (login, secrets.get(login))
        addresses[name] = database.address(owner_url, login=login, password=logins[group][1])
    database.prepare(admin_url or owner_url, logins)
    return addresses


def login_name(name: str, group: str) -> str:
    """Return the login of a group for the database `name`, which it names: roles belong to the whole server."""
    login = f"{name}_{group.removeprefix('csec_')}"
    return f"{login}_login" if login == group else login
