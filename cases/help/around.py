"""The safety plan, the people around the student, a device, and who is on a case."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, OFFICIALS, PRACTICE, REPORTING, Help, Subject

SAFETY_PLAN = Help(
    verbs=("set_safety_plan",),
    about=_("the safety plan"),
    asks=_(
        "Go through it with the student: what to do in danger, the adult they turn to, the way to school and home, who"
        " may pick them up. Write short lines that can be used in a hurry, and set a day to look at it again."
    ),
    example=_("“If somebody waits at the gate: turn around, go to the library, say that you forgot a book.”"),
    why=_("In danger there is no time to think, and a plan that the student made is one that they use."),
    sources=(PRACTICE,),
)

DEVICE = Help(
    verbs=("record_device",),
    about=_("a telephone or another device"),
    asks=_(
        "Write who of the staff had it and since when, and to which peace officer it was given. If the"
        " student kept it, say that."
    ),
    why=_("Who had it, and when, has to be told without a gap. What is on it only law enforcement looks at."),
    sources=(COUNSEL,),
)

CONTACTS = Help(
    verbs=("add_contact", "change_contact", "end_contact"),
    about=_("people around the student"),
    asks=_(
        "Enter who it is to the student, and answer each question by itself: whoever may pick the student up need not"
        " be told anything. What you do not know stays “not known yet”. Say on what the answers rest, for instance a"
        " court order."
    ),
    why=_(
        "For a student in foster care the caregiver, the Child Welfare worker, the attorney and the holder of"
        " educational rights are four people with different permissions. Whoever answers the telephone has to see"
        " which."
    ),
    sources=(COUNSEL,),
)

PEOPLE = Help(
    verbs=("add_person", "remove_person"),
    about=_("who is on a case"),
    asks=_(
        "Put somebody on the case who needs it for their work with this student, and say why; give a substitute a last"
        " day. Take off whoever does not need it any more."
    ),
    why=_(
        "What is known of the student should be known to few, and whoever knows or suspects may have to report."
    ),
    sources=(OFFICIALS, REPORTING),
)

KEPT_FROM = Help(
    verbs=("exclude_person", "readmit_person"),
    about=_("keeping a case from somebody"),
    asks=_(
        "Say who it is, and how they are involved in it or related to the student. Do not speak with them about it. If"
        " it was a mistake, the district’s liaison lets them in again, with a reason."
    ),
    why=_(
        "What somebody close to it reads can put the student in danger. To keep it from them accuses nobody."
    ),
    sources=(PRACTICE,),
)

SUBJECT = Subject(
    name="people",
    title=_("People and safety"),
    helps=(SAFETY_PLAN, DEVICE, CONTACTS, PEOPLE, KEPT_FROM),
)
