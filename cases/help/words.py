"""What a help is made of, and the words in which it says where a rule comes from."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.text import Words

PRINTED = _("Printed protocol")
PRACTICE = _("Practice")
#: Practice that counsel has not confirmed yet for the district: every page says so where it rests on it.
COUNSEL = _("Practice; your district’s counsel confirms it")
PROPOSAL = _("A proposal of this software")
SETTING = _("District setting")
REPORTING = _("Statute: Penal Code 11166(a)")
OFFICIALS = _("Statute: 34 CFR 99.31(a)(1)")
COUNSELING = _("Statute: Education Code 49602")
SECRET = _("Statute: Penal Code 11167(d)")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule that the form goes by, with where it comes from."""

    words: Words
    source: Words


@dataclass(frozen=True, kw_only=True)
class Help:
    """
    What a form asks for, why, and where that comes from; for the kinds of parts and the verbs it is about.

    `about` goes on from “Help:”. Nothing here names a step: `printed` says that the step in which the protocol's
    definition puts such a part is a source, and the page names that step.
    """

    about: Words
    asks: Words
    why: Words
    sources: tuple[Words, ...] = ()
    kinds: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    example: Words = ""
    rules: tuple[Rule, ...] = ()
    printed: bool = False

    @property
    def name(self) -> str:
        """By what it is found on the page of its subject."""
        return (self.kinds + self.verbs)[0]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is read together, on one page."""

    name: str
    title: Words
    helps: tuple[Help, ...]
