"""What runs, and with which settings: the launcher and docker-compose.yml run the same (a test compares them)."""

# Python modules, run as `python -m …`. {address} is the host and port that the pages are served at.
COMMANDS = {
    "web": (
        *("gunicorn", "csec.wsgi", "--bind", "{address}"),
        *("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
    ),
    "worker": (
        *("celery", "-A", "csec", "worker", "--concurrency", "2", "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ),
    "beat": ("celery", "-A", "csec", "beat", "--loglevel", "INFO", "--pidfile="),
}

# Which database login a process uses (CSEC_PROCESS): the clock and the worker share one.
PROCESS_KINDS = {"web": "web", "worker": "worker", "beat": "worker"}

# Management commands that bring a database to this version, in this order.
PREPARATION = (("migrate", "--database=owner"), ("load_protocols",), ("check_keys",))
STATIC_FILES = ("collectstatic", "--noinput", "--verbosity=0")
DEMO_DATA = ("make_demo",)

# The server's log must not repeat what was in a row: no statement, no detail of a violated constraint.
POSTGRES_SETTINGS = (
    *("-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic"),
    # Room for what a sweep looks up in a million rows. Taken from the machine as it is used, and not before.
    *("-c", "shared_buffers=512MB"),
)

# Upper and lower case and order by code point, the same on every system.
INITDB_SETTINGS = ("--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

# Redis is a doorbell: it keeps nothing on disk, and never drops a message to make room.
REDIS_SETTINGS = ("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction")
