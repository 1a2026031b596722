"""A student who changes schools, or is gone."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSELING, PRACTICE, PROPOSAL, REPORTING, Help, Rule, Subject

OFFER = Help(
    verbs=("offer_transfer",),
    about=_("handing the student over"),
    asks=_(
        "Choose the person at the receiving school, and what they read now: as little as they need to go on. From the"
        " restricted section choose only what the student agreed to, or what cannot wait."
    ),
    why=_("A student between two schools is easily forgotten. With a name on each side, nobody is."),
    sources=(COUNSELING, PRACTICE),
)

SUMMARY = Help(
    verbs=("send_summary",),
    about=_("a summary for a school or an agency outside"),
    asks=_(
        "Say who gets it, on which legal basis and what they need it for. Then choose what it tells, and look at it"
        " before it is made."
    ),
    why=_(
        "Whoever goes on with the student cannot read this case, and has to know what keeps the student safe."
    ),
    rules=(
        Rule(
            words=_(
                "You read or print it once it is made; it is kept sealed, and as no file. The case stays open until"
                " somebody there has acknowledged the student."
            ),
            source=PROPOSAL,
        ),
        Rule(
            words=_("That it left is recorded as a release of information."),
            source=_("Statute: 34 CFR 99.32; Education Code 49064"),
        ),
    ),
    sources=(PRACTICE,),
)

DEPARTURE = Help(
    verbs=("note_departure",),
    about=_("a student who left"),
    asks=_(
        "Write what you know, and whom you asked. That nobody knows where the student is, is an answer too."
    ),
    why=_("A student who leaves without a trace may be in danger, and somebody has to go on asking."),
    sources=(PRACTICE,),
)

WITHDRAWN = Help(
    verbs=("withdraw_transfer",),
    about=_("taking back a transfer"),
    asks=_("Say why, for instance that the student stays, or goes to another school."),
    why=_("Whoever was asked has to know that they are not needed."),
    sources=(PROPOSAL,),
)

REFUSED = Help(
    verbs=("refuse_transfer",),
    about=_("refusing a transfer"),
    asks=_(
        "Say what stands against it, for instance that the student does not come to your school. If what you read makes"
        " you suspect abuse or neglect, report it all the same."
    ),
    why=_("The school that asks has to find the right person, and keeps the student until then."),
    sources=(REPORTING, PROPOSAL),
)

ACKNOWLEDGED = Help(
    verbs=("acknowledge_transfer",),
    about=_("who has taken note of the student"),
    asks=_(
        "Name a person who told you that they know of the student and go on, how to reach them, and when they said"
        " so. A letter that was sent, or a message that was left, does not count."
    ),
    why=_("Only then may the contacts at this school end."),
    sources=(PRACTICE,),
)

SUBJECT = Subject(
    name="transfers",
    title=_("Transfers"),
    helps=(OFFER, SUMMARY, DEPARTURE, WITHDRAWN, REFUSED, ACKNOWLEDGED),
)
