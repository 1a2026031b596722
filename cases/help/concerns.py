"""Concerns, from the first sentence to a case."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import PRACTICE, PRINTED, PROPOSAL, REPORTING, Help, Subject

CONCERN = Help(
    verbs=("log_concern",),
    about=_("recording a concern"),
    asks=_(
        "Write what you saw or heard, with the day and the time: facts, no judgment. What the student said unasked goes"
        " into a field of its own, in quotes. If you do not know who it is, describe the student; the name can follow."
    ),
    example=_(
        "“Picked up after school by two adults in a gray car, on Tuesday and on Thursday.” The student’s own words:"
        " “They said I have to.”"
    ),
    why=_(
        "Whoever receives it was not there, and decides by what you write. It also keeps when you first knew or"
        " suspected: your own time to report runs from then, and sending a concern is not that report."
    ),
    sources=(REPORTING, PRACTICE),
)

ADDITION = Help(
    verbs=("supplement_concern",),
    about=_("adding to a concern"),
    asks=_(
        "Write only what is new: what you saw or heard since then, or who the student is. If it makes you suspect"
        " something that you have not reported, report that as well."
    ),
    why=_("Something new can change what has to be done, and whoever deals with the concern is told of it."),
    sources=(REPORTING, PRACTICE),
)

STUDENT = Help(
    verbs=("match_concern",),
    about=_("naming the student"),
    asks=_(
        "Find the student by name, and choose the one who is meant. If you are not sure, ask whoever recorded the"
        " concern first. If another student was named before, say why it is this one."
    ),
    why=_("A wrong name puts what is known of one student into the record of another."),
    sources=(PRACTICE,),
)

INTO_CASE = Help(
    verbs=("attach_concern",),
    about=_("putting a concern into a case"),
    asks=_("Choose the open case to which the concern belongs, and say why it does."),
    why=_(
        "Several people often write down the same event. Side by side the concerns show more than one, and each author"
        " keeps their own duty to report."
    ),
    sources=(PRACTICE,),
)

NO_CASE = Help(
    verbs=("close_concern",),
    about=_("closing a concern without a case"),
    asks=_(
        "Say what you looked at, and why no case is opened. If another concern says the same, put both into one case"
        " instead."
    ),
    why=_("Somebody may ask later who decided this, and on what."),
    sources=(PROPOSAL,),
)

CASE = Help(
    verbs=("open_case",),
    about=_("opening a case"),
    asks=_(
        "Choose the track of the protocol that fits what is known now, and say in a sentence or two what it rests on."
        " For a confirmed victim say as well what the confirmation rests on, and who decided. A suspected victim can"
        " become a confirmed one later."
    ),
    why=_(
        "The track decides which steps are asked. The printed page does not say what “confirmed” means, so what it"
        " rests on here is written down."
    ),
    sources=(PRINTED, PROPOSAL),
)

TARGETED = Help(
    verbs=("open_targeted_case",),
    about=_("a student who may have been targeted"),
    asks=_(
        "Write about this student alone: what was seen or heard, and when you first knew or suspected it of them. Leave"
        " out what you know of the other student."
    ),
    why=_(
        "Every student who may be exploited gets help and people of their own. A student suspected of recruiting may be"
        " a victim too."
    ),
    sources=(REPORTING, PRACTICE),
)

SUBJECT = Subject(
    name="concerns",
    title=_("Concerns"),
    helps=(CONCERN, ADDITION, STUDENT, INTO_CASE, NO_CASE, CASE, TARGETED),
)
