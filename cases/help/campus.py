"""What the school itself looks into and decides, and what holds for every step."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, PRACTICE, PROPOSAL, Help, Subject

IMPACT = Help(
    kinds=("impact",),
    about=_("the impact on campus"),
    asks=_(
        "Find out whether other students are recruited, harassed or involved, and whether the campus is safe. Record"
        " what you looked into, what was found, and what was done about it. That nothing was found is worth recording"
        " too."
    ),
    example=_(
        "“The north gate was watched for a week. Two students were spoken to there: a concern for each. Supervision"
        " until 4 p.m.”"
    ),
    why=_("What happens to one student may be happening to others who have told nobody."),
    sources=(PRACTICE,),
    printed=True,
)

SCREEN = Help(
    kinds=("victim_screen",),
    about=_("whether this student could be a victim too"),
    asks=_(
        "Consider it from what is known already, and say in a few words what your answer rests on. Do not question the"
        " student. “Not sure” is an answer: it asks for a concern about this student, as “yes” does."
    ),
    why=_(
        "A student who recruits others may have been forced to. Help that comes after a consequence may come too"
        " late, so this comes first."
    ),
    sources=(_("Practice, as this software proposes it"),),
)

CONSEQUENCE = Help(
    kinds=("consequence",),
    about=_("a school consequence"),
    asks=_(
        "Record what was decided and why; or that there is none, and why. For what law enforcement does, the category"
        " and the agency’s number are enough."
    ),
    why=_("It is a judgment, and whoever reads it later should see what it rested on."),
    sources=(COUNSEL,),
    printed=True,
)

PLACEMENT = Help(
    kinds=("placement",),
    about=_("the school placement"),
    asks=_(
        "Look at what is possible together with the student: to stay is one of the options. Write down what the student"
        " wishes, and what was decided. If somebody other than a parent holds the educational rights, ask for their"
        " decision and enter it."
    ),
    why=_(
        "A change of school can protect, and it can take a student away from the adults they trust. So it is weighed"
        " each time."
    ),
    sources=(COUNSEL,),
    printed=True,
)

PLAIN = Help(
    kinds=("plain",),
    about=_("a step of the protocol"),
    asks=_(
        "Do what the printed words of the step ask for. Then record how it ended and when, with a short factual note"
        " where the form has room for one."
    ),
    why=_("Whoever opens the case next knows that it is done, and nobody asks the student twice."),
    printed=True,
)

CORRECTION = Help(
    verbs=("correct_entry",),
    about=_("correcting an entry"),
    asks=_(
        "Enter everything as it should have been, and say what was wrong. A correction says what was so then: if"
        " something has happened since, record that as a new entry instead."
    ),
    why=_("Others may have acted on the earlier entry, so it has to stay readable what it said."),
    sources=(PROPOSAL,),
)

SUBJECT = Subject(
    name="school",
    title=_("What the school looks into and decides"),
    helps=(IMPACT, SCREEN, CONSEQUENCE, PLACEMENT, PLAIN, CORRECTION),
)
