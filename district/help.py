"""What the forms ask for by which a district keeps its staff, schools, students and numbers; as in `cases.help`."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, OFFICIALS, PRACTICE, PROPOSAL, SETTING, Help, Subject

PERSON = Help(
    verbs=("invite_person", "change_person"),
    about=_("letting somebody in"),
    asks=_(
        "Enter the name as colleagues know it, and an address of their own at work. Choose the role that they need,"
        " and the school. For a School Resource Officer, enter the day on which the agreement was signed."
    ),
    why=_("A role opens what is known of children, so somebody gives it. No roster does."),
    sources=(PROPOSAL, OFFICIALS),
)

ROLE = Help(
    verbs=("give_role", "change_role", "end_role"),
    about=_("a role at a school"),
    asks=_(
        "Say where somebody works and from which day, who covers, and whether they receive concerns first or as"
        " backup. For somebody with several schools, say on which days they are at this one."
    ),
    why=_(
        "Concerns and requests go by these answers. Without a cover they wait for somebody who is not there."
    ),
    sources=(PRACTICE, PROPOSAL),
)

AGREEMENT = Help(
    verbs=("record_agreement",),
    about=_("the agreement for a School Resource Officer"),
    asks=_(
        "Enter on which day it was signed, and its last day if it has one. The paper itself stays where the district"
        " keeps its agreements."
    ),
    why=_(
        "Records of a school open to its officials. By the agreement the SRO is one, and only while it lasts."
    ),
    sources=(OFFICIALS, COUNSEL),
)

ACCOUNT = Help(
    verbs=("close_account", "reopen_account"),
    about=_("somebody who leaves or comes back"),
    asks=_(
        "Before you close an account, look at what the person carries and put somebody else on it. An account that is"
        " opened again opens nothing until it has a role."
    ),
    why=_("Whoever has left may read nothing more, and no student stays with somebody who is gone."),
    sources=(PRACTICE,),
)

SETTINGS = Help(
    verbs=("change_district", "add_school", "change_school"),
    about=_("the settings of the district and its schools"),
    asks=_(
        "Change what your district does otherwise. The times are proposals of this software: the printed protocol names"
        " none. By the time zone of a school all its days and clocks are told."
    ),
    why=_("Every reminder goes by these settings, so their change stands in the log."),
    sources=(SETTING, PROPOSAL),
)

NUMBERS = Help(
    verbs=("add_agency", "change_agency", "remove_agency"),
    about=_("a number on the emergency card"),
    asks=_(
        "Call the number, then enter it and say that you made sure of it today. In the note say when somebody is there."
        " Write nothing that is not for everybody."
    ),
    why=_("In an emergency it is dialed without a second look."),
    sources=(SETTING, PRACTICE),
)

CLOSURES = Help(
    verbs=("add_closure", "remove_closure"),
    about=_("days without school"),
    asks=_(
        "Enter them as soon as the calendar is known, for one school or for all, and say of a holiday that it is one."
    ),
    why=_("Check-ins go around these days, and contact in a break is planned before it begins."),
    sources=(SETTING,),
)

STUDENTS = Help(
    verbs=("add_student", "merge_students", "unmerge_students"),
    about=_("a student whom the roster lacks, or has twice"),
    asks=_(
        "Ask the office before you enter a student or say that two rows are one. Choose the row that is right; a"
        " mistake can be taken apart again."
    ),
    why=_(
        "When a student has two rows, nobody sees the whole. When two students share one, each is seen by people who"
        " need to know of the other alone."
    ),
    sources=(PRACTICE,),
)

SUBJECT = Subject(
    name="district",
    title=_("Staff, schools and settings"),
    helps=(PERSON, ROLE, AGREEMENT, ACCOUNT, SETTINGS, NUMBERS, CLOSURES, STUDENTS),
)
