"""The report to Child Welfare Services, and one's own duty to make it."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, REPORTING, Help, Rule, Subject

#: Who can take a report, and what is none: for whoever makes one, and for whoever makes sure that one was made.
LAWFUL = (
    Rule(
        words=_("Telephone Child Welfare Services whatever the SRO does: that the SRO knows is no report."),
        source=_("Statute: Penal Code 11166(a); your district’s counsel confirms it"),
    ),
    Rule(
        words=_(
            "A report can be taken by a police or sheriff’s department, a county probation department that the county"
            " has named for it, or the county welfare department. A school district’s own police or security department"
            " cannot."
        ),
        source=_("Statute: Penal Code 11165.9"),
    ),
    Rule(
        words=_(
            "Whether the intake of a city police officer fulfils the duty as well is for counsel to say. Until counsel"
            " has, telephone Child Welfare Services too."
        ),
        source=COUNSEL,
    ),
    Rule(
        words=_("A call to a national hotline is not a mandated report."),
        source=_("Statute: Penal Code 11165.9"),
    ),
    Rule(
        words=_("Nobody approves a report, and nobody can stop or delay it."),
        source=_("Statute: Penal Code 11166(i)"),
    ),
    Rule(
        words=_(
            "Of several who know, one can report for all who agreed; each of the others makes sure that it was made, or"
            " reports themselves."
        ),
        source=_("Statute: Penal Code 11166(h)"),
    ),
)

REPORT = Help(
    kinds=("report",),
    verbs=("record_report",),
    about=_("reporting to Child Welfare Services"),
    asks=_(
        "Telephone first, as soon as you can. Then write down when you called, which agency took the report, and its"
        " reference if you were given one. The written report (form SS 8572) follows within 36 hours of when you first"
        " knew or suspected, even if you do not know everything yet. If you have only telephoned so far, save that: it"
        " stays open for the written half."
    ),
    example=_(
        "You first knew or suspected on Friday at 2:50 p.m. and called at 3:10 p.m. The written report is due on Sunday"
        " at 2:50 a.m.: the hours run from when you knew, not from the call."
    ),
    why=_(
        "A child may be in danger now, and the call is what brings help. The duty is each person’s own, so each records"
        " their own."
    ),
    rules=(
        *LAWFUL,
        Rule(
            words=_(
                "Only this is kept, and only you read it: times, agency, person, reference, way. Others learn that a"
                " report was made, to which agency and when. The form itself is never kept."
            ),
            source=_("Statute: Penal Code 11167(d), 11167.5"),
        ),
    ),
    sources=(REPORTING,),
    printed=True,
)

JOINT = Help(
    verbs=("confirm_joint_report",),
    about=_("a report that was made together"),
    asks=_(
        "Use this when somebody else reported, and you had agreed on it before. Ask them, or the agency, whether it was"
        " done; then write down which agency took it and when. You need not say who made it."
    ),
    why=_("So that no report falls between two people who each believed that the other made it."),
    rules=LAWFUL,
    sources=(_("Statute: Penal Code 11166(h)"),),
)

FIRST_KNOWN = Help(
    verbs=("correct_learned_at",),
    about=_("when you first knew or suspected"),
    asks=_(
        "Give the day and the time at which you first knew or reasonably suspected, and say why the other time was"
        " wrong. It may be earlier than when you wrote it down."
    ),
    example=_("A remark on Monday made you suspect, and you wrote it down on Tuesday: the time is Monday’s."),
    why=_("The law counts from what you knew, and every hour counts, weekends included."),
    sources=(REPORTING,),
)

SUBJECT = Subject(
    name="reports", title=_("Reports to Child Welfare Services"), helps=(REPORT, JOINT, FIRST_KNOWN)
)
