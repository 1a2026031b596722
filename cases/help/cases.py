"""A case as a whole: its track, its end, its student, its reviews, and emergency access."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import (
    COUNSELING,
    PRACTICE,
    PRINTED,
    PROPOSAL,
    REPORTING,
    SECRET,
    SETTING,
    Help,
    Subject,
)

RECLASSIFIED = Help(
    verbs=("reclassify",),
    about=_("another track of the protocol"),
    asks=_(
        "Say why the case continues on the other track, for instance that the student told somebody, or that an agency"
        " found it to be so. For a confirmed victim say what it rests on, and who decided."
    ),
    why=_("The other track asks other steps, and offers again what was declined before."),
    sources=(PRINTED, PROPOSAL),
)

CLOSED = Help(
    verbs=("close_case",),
    about=_("closing a case"),
    asks=_(
        "Choose how it ended, and say why. Say of each step that is still open why it may stay so; a report that is"
        " open is made first."
    ),
    why=_("From then on nobody is reminded of this student, so somebody looks once more before."),
    sources=(PRACTICE, PROPOSAL),
)

REOPENED = Help(
    verbs=("reopen_case",),
    about=_("reopening a case"),
    asks=_("Say what made you open it again. If something new is suspected, it is reported as well."),
    why=_("The student comes back to people who know them, and does not have to tell everything again."),
    sources=(REPORTING, PRACTICE),
)

VOID = Help(
    verbs=("void_case",),
    about=_("a case that was opened by mistake"),
    asks=_(
        "Say how the mistake came about. If the case names the wrong student, correct the student instead; if it has"
        " run its course, it is closed and not voided."
    ),
    why=_("It leaves every list and every figure, so it has to be something that never was a case."),
    sources=(PROPOSAL,),
)

RIGHT_STUDENT = Help(
    verbs=("correct_student",),
    about=_("naming or correcting the student"),
    asks=_(
        "Find the right student, and say why it is this one: if another was named before, how the mix-up came about. If"
        " a report named the other one, call the agency and correct it there."
    ),
    why=_("An agency that looks for the wrong child does not find the right one."),
    sources=(PRACTICE,),
)

ROSTER = Help(
    verbs=("note_roster_change",),
    about=_("a change of the roster"),
    asks=_(
        "Ask the school office whether the roster is right. Then write who goes on with the student, and who was told."
    ),
    why=_("A student who changes schools is easily lost between the two."),
    sources=(PRACTICE,),
)

REVIEW = Help(
    verbs=("review_case",),
    about=_("reviewing a case"),
    asks=_(
        "Look at how the steps stand, and record what came of the county’s multidisciplinary team, or why it is not"
        " needed. A question goes to whoever carries the case, or to the SRO, and is answered in the case."
    ),
    why=_(
        "What runs quietly may stand still. Somebody who does not carry the case looks at it with fresh eyes."
    ),
    sources=(_("A proposal of this software; the printed protocol names no review"), SETTING),
)

QUESTION = Help(
    verbs=("answer_question",),
    about=_("answering a question"),
    asks=_(
        "Answer in a sentence or two what you may say, or say that you cannot. Name nobody who made a report."
    ),
    why=_("Whoever answers for the case has to know that it moves, and not what was told to you."),
    sources=(COUNSELING, SECRET),
)

SECOND = Help(
    verbs=("settle_second_case",),
    about=_("two open cases of one student"),
    asks=_(
        "Telephone both schools first. Then say which case goes on, or why both do. Joined, the other one ends, and the"
        " people of the case that goes on are asked to read its concerns."
    ),
    why=_(
        "Of two cases each side thinks that the other sees the student, and nobody knows all that was told."
    ),
    sources=(PROPOSAL,),
)

EMERGENCY = Help(
    verbs=("begin_emergency_access",),
    about=_("emergency access"),
    asks=_(
        "Give the number of the case, and say who is in danger and what you need to know from it to help."
    ),
    why=_(
        "In an emergency somebody of the district has to be able to read at once. That others are told, and look at it"
        " afterwards, keeps it for emergencies."
    ),
    sources=(PROPOSAL, _("Statute: 34 CFR 99.36")),
)

LOOKED_AT = Help(
    verbs=("review_emergency_access",),
    about=_("looking at an emergency access"),
    asks=_("Read the reason and what was opened, then say whether it was needed and what you found."),
    why=_("Somebody other than the reader checks it, so that the way in stays one for emergencies."),
    sources=(PROPOSAL,),
)

SUBJECT = Subject(
    name="cases",
    title=_("A case as a whole"),
    helps=(
        RECLASSIFIED,
        CLOSED,
        REOPENED,
        VOID,
        RIGHT_STUDENT,
        ROSTER,
        REVIEW,
        QUESTION,
        SECOND,
        EMERGENCY,
        LOOKED_AT,
    ),
)
