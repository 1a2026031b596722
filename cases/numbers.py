"""The number of a case, as it is kept and however somebody types it."""

#: Before the number of a case in a drill, so that nobody takes it for a real one.
OF_DRILL = "DRILL"
_BEFORE_HYPHEN = 4


def bare(typed: str) -> str:
    """The letters and figures of a number alone, as it is compared: without hyphens and spaces, in capitals."""
    return "".join(one for one in typed.upper() if one.isalnum())


def hyphened(letters: str, *, drill: bool) -> str:
    """Those letters as the number of a case: `XXXX-XXXX`, and in a drill `DRILL-XXXXX`."""
    return f"{OF_DRILL}-{letters}" if drill else f"{letters[:_BEFORE_HYPHEN]}-{letters[_BEFORE_HYPHEN:]}"


def as_kept(typed: str) -> str:
    """A number as its case keeps it, however it is written; what is none becomes the number of no case."""
    letters = bare(typed)
    drill = letters.startswith(OF_DRILL)
    return hyphened(letters.removeprefix(OF_DRILL), drill=drill)


def is_number(typed: str) -> bool:
    """Whether it has the length of one; whether there is such a case is not asked."""
    return typed.isascii() and len(bare(typed)) == (10 if bare(typed).startswith(OF_DRILL) else 8)
