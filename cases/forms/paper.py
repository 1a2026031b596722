"""The form by which a summary is made on paper for one audience."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import PlainText, VerbForm
from cases.models import Paper, Release
from cases.workflow.paper import Wanted
from cases.workflow.paper_rules import RULES, TITLES

#: The sections whose words are typed here.
OF_WORDS = ("safety", "needs")


class MakePaperForm(VerbForm):
    """
    For one audience: it has the fields that its rule asks for. A section of words is told when words are typed for it.

    `read` is the digest of what the page showed; without one nothing is made. `paper_id` makes a form that is sent
    twice one paper.
    """

    never_restored: ClassVar[frozenset[str]] = VerbForm.never_restored | {"read", "paper_id", "audience"}

    audience = forms.ChoiceField(choices=Paper.Audience.choices, widget=forms.HiddenInput)
    paper_id = forms.UUIDField(widget=forms.HiddenInput)
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    recipient = PlainText(label=_("Name of the recipient"), help_text=_("A person, and where they work."))
    basis = forms.ChoiceField(
        label=_("Legal basis"),
        help_text=_(
            "Ask counsel when you are not sure. In an emergency telephone, and record the release afterwards."
        ),
    )
    interest = PlainText(
        note=True,
        rows=2,
        label=_("What they need it for"),
        help_text=_("Their legitimate interest (34 CFR 99.32(a)(3); Education Code 49064)."),
    )
    sections = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("What it tells beside who it is about"),
        help_text=_("As little as they need now."),
    )
    safety = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("What is needed for the student’s safety"),
        help_text=_(
            "Such as arrival and the way home; or nothing. No telephone, no address, no other student’s name."
        ),
    )
    needs = PlainText(
        note=True,
        required=False,
        rows=3,
        label=_("What the student needs at school"),
        help_text=_("Facts only; or nothing."),
    )

    def __init__(self, *args: Any, audience: str, choices: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = RULES[audience]
        self.fields["sections"].choices = [  # type: ignore[attr-defined]
            (one, TITLES[one]) for one in choices if one not in OF_WORDS
        ]
        self.fields["basis"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose one")),
            *((one, Release.Basis(one).label) for one in rule.bases),
        ]
        self.initial.setdefault("audience", audience)
        self.initial.setdefault("paper_id", uuid4())
        self.initial.setdefault("sections", [one for one in rule.at_first if one in choices])
        of_what_leaves = () if rule.leaves else ("recipient", "basis", "interest")
        of_sections = [one for one in OF_WORDS if one not in rule.sections]
        for name in (*of_what_leaves, *of_sections):
            del self.fields[name]

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        typed = [one for one in OF_WORDS if given.get(one, "").strip()]
        return given | {"sections": [*given["sections"], *typed]}

    def wanted(self) -> Wanted:
        """What was chosen and typed."""
        given = {name: value for name, value in self.arguments().items() if name != "read"}
        return Wanted(**given)

    def at_first(self) -> Wanted:
        """What the form asks for before anything is typed."""
        return Wanted(self.initial["paper_id"], self.initial["audience"], tuple(self.initial["sections"]))
