"""Says by its exit code whether a process does its work: `python -m csec.launcher.alive web` (or worker, clock).

For health checks of containers and service managers. The web server answers a page; worker and clock have left a sign
of life in the database within a minute, which the worker's came to by way of the clock and Redis.
"""

import http.client
import os
import sys

import psycopg

SECONDS = 60


def web(port: int = 8000) -> bool:
    """Tell whether the emergency card, which needs no sign-in, is served."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/emergency/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def sign_of_life(part: str) -> bool:
    """Tell whether `worker` or `clock` has been heard of lately, by the database's clock."""
    query = (
        "SELECT at > clock_timestamp() - make_interval(secs => %s) FROM delivery_heartbeat WHERE part = %s"
    )
    try:
        with psycopg.connect(os.environ["DATABASE_WORKER_URL"], connect_timeout=5) as connection:
            row = connection.execute(query, [SECONDS, part]).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


if __name__ == "__main__":
    name = sys.argv[1]
    sys.exit(0 if (web() if name == "web" else sign_of_life(name)) else 1)
