"""Why a verb does not go through, in words that the page shows beside what was typed."""

from collections.abc import Mapping

from cases.text import Words


class Conflict(Exception):
    """Somebody was first, or the case has changed: who did what when, and what to do now."""

    def __init__(self, words: Words) -> None:
        super().__init__("conflict")
        self.words = words


class DoneAlready(Conflict):
    """The actor did the same before, in the same words: of a form that was sent twice there is nothing to tell."""


class Invalid(Exception):
    """Something typed cannot be taken: the words for each field. The text itself is not part of the error."""

    def __init__(self, fields: Mapping[str, Words]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = dict(fields)
