"""The database as a thief of its files would find it: read by its owner, past every rule of access."""

from django.db import connections


def tables() -> list[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def dump() -> dict[str, list[str]]:
    """Every row of every table as PostgreSQL copies it out, in a fixed order; bytes are in hexadecimal."""
    with connections["owner"].cursor() as cursor:
        rows = {}
        for table in tables():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                rows[table] = sorted(b"".join(copy).decode().splitlines())
    return rows


def holds(stored: dict[str, list[str]], word: str) -> bool:
    """Whether a word is somewhere in a dump, as text or as the bytes of the text."""
    lines = [line for rows in stored.values() for line in rows]
    return any(word in line or word.encode().hex() in line for line in lines)
