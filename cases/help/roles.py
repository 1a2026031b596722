"""How this works, in ten lines at most, for somebody who begins in a role."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from cases.text import Words
from csec.accounts.roles import Role

_CALL_FIRST = _("In immediate danger call the emergency number: no form comes before that.")
_REPORT = _(
    "If you reasonably suspect abuse or neglect, telephone Child Welfare Services yourself, and send the written report"
    " within 36 hours (Penal Code 11166(a)). Nobody approves it, and nobody can stop it."
)
_DO_NOT_ASK = _(
    "Do not question a student, promise no secrecy, and say what you must pass on before they speak."
)
_AWAY = _("Enter your days away. What is due then goes to whoever covers.")
_PARENTS = _("No parent is contacted before the student was consulted and somebody has decided it by name.")
_COUNSELING = _(
    "What the student said in counseling stands in the restricted section. Counselors and social workers alone read it."
)
_NEXT = _("A case says first what is next, by whom and by when. Each step, and each form, has its help.")

_CARE: tuple[Words, ...] = (
    _CALL_FIRST,
    _REPORT,
    _("Your first screen says what needs a call now, then what is late, then what is next."),
    _(
        "A new concern waits for you by name. Say that you deal with it; then open a case, put it into one, or close it"
        " with a reason."
    ),
    _DO_NOT_ASK,
    _NEXT,
    _COUNSELING,
    _PARENTS,
    _("Check-ins go on until the case is closed, and only a student who was seen counts."),
)

HOW_THIS_WORKS: Mapping[Role, tuple[Words, ...]] = {
    Role.REPORTER: (
        _CALL_FIRST,
        _("“Record a concern” takes about a minute: what you saw or heard, and when."),
        _DO_NOT_ASK,
        _("If somebody on the staff is involved or related to the student, say so first: it goes past them."),
        _REPORT,
        _("To tell the counselor, the principal or the School Resource Officer is not your report."),
        _("You are reminded until you record that you reported, or that a joint report was made."),
        _(
            "You see that your concern was received. What comes of it stays with those who look after the student."
        ),
        _("If you see or hear more, add it to the concern."),
        _("If a student is missing, tell the office as usual, and enter it here."),
    ),
    Role.COUNSELOR: (*_CARE, _AWAY),
    Role.SOCIAL_WORKER: (
        *_CARE,
        _(
            "You have one list for all your schools. On days on which you work elsewhere, the backup is asked."
        ),
    ),
    Role.SRO: (
        _CALL_FIRST,
        _("A request of a school stands on your first screen. Accept it, or decline it with a reason."),
        _("To accept is not to investigate: report back when you know what comes of it."),
        _("In a case for which you were asked you read your own steps, and not what was said in counseling."),
        _(
            "Write the agency, its case number and the day. Never criminal history, or what is in a police file."
        ),
        _(
            "What the school knows goes into the website only with a legal basis, and no more than the minimum."
        ),
        _("What you read here you have for your work at the school. To pass it on needs a basis of its own."),
        _("The school telephones Child Welfare Services itself, whatever you do."),
        _NEXT,
        _AWAY,
    ),
    Role.ADMINISTRATOR: (
        _CALL_FIRST,
        _REPORT,
        _(
            "Your first screen shows each open case with its step: what waits for you, what is late and who holds it,"
            " what nobody holds, and what is on time with others."
        ),
        _NEXT,
        _("What nobody takes or keeps comes to you: a concern, a request to the SRO, a check-in."),
        _COUNSELING,
        _("Nobody is asked who made a report, and nobody is kept from making one."),
        _("Review every open case: how the steps stand, the county’s team, and what you have to know."),
        _("A parent asks for the file: neither confirm nor deny, and log it. Legal counsel answers."),
        _(
            "Before dismissal, if you worry: ask Child Welfare Services or the police. A parent with custody is not"
            " refused without lawful authority (your district’s counsel confirms it)."
        ),
    ),
    Role.LIAISON: (
        _CALL_FIRST,
        _(
            "Your first screen shows what is late in all schools, what nobody holds, and messages that reached nobody."
        ),
        _(
            "You are not on every case. One that asks for the district opens to you, and whoever acts stays on it."
        ),
        _(
            "In an emergency you may read any case for four hours. Its people are told, and somebody looks at it after."
        ),
        _(
            "Transfers, and students of whom nobody knows where they are, stay with you until that is settled."
        ),
        _("You void a case that was opened by mistake, and let somebody in again who was kept from one."),
        _("You keep the staff, their roles and their cover, the schools and the days without school."),
        _("Make sure of the telephone numbers on the emergency card: on a bad day they are what is used."),
        _("Figures hide small numbers, so that nobody is recognized in them."),
        _REPORT,
    ),
    Role.COUNSEL: (
        _("Requests for records wait on your first screen, each with its time in business days."),
        _("You open a record for a request, and read it until that is answered."),
        _(
            "What a parent may see, and what stays secret about a report, you weigh. Nothing is taken out by itself."
        ),
        _("Where a parent may be involved, contact is frozen, and you alone end the freeze."),
        _("You review the list of releases of information before a parent inspects it."),
        _(
            "What is for you to confirm is marked on the pages. Until then it is practice, and no legal advice."
        ),
        _("What the student said in counseling stays out of the shared record until you have classified it."),
        _(
            "In an emergency you may read any case for four hours. Its people are told, and somebody looks at it after."
        ),
    ),
}
