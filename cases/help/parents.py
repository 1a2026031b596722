"""The student's view, and parents: decided, contacted, or frozen."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, COUNSELING, PRACTICE, PROPOSAL, Help, Rule, Subject

PROPOSED = _("Practice, as this software proposes it")
CUSTODY_LAW = _("Statute: Education Code 48906")

CONSULTATION = Help(
    kinds=("consultation",),
    about=_("talking with the student first"),
    asks=_(
        "Before the student speaks, say what you must pass on. Then ask how they see it that a parent or guardian is"
        " told, and write down their view. Do not ask what happened, or whether somebody at home is involved: what the"
        " student says of it unasked, you write down."
    ),
    example=_(
        "“Before we talk: if I hear that somebody hurts you, I have to tell people whose work it is to protect you.”"
    ),
    why=_(
        "The student knows best what would be dangerous at home. To ask what happened is for those who are trained to"
        " do it, once."
    ),
    sources=(PRACTICE, COUNSELING),
    printed=True,
)

DECISION = Help(
    kinds=("parent_decision",),
    about=_("whether a parent is contacted"),
    asks=_(
        "Say whether a parent or somebody in the home could be involved, and what Child Welfare Services or the police"
        " advised. Where there is no sign of it, advice need not be asked for. Then say who decides, by name, and what:"
        " to contact, or to contact nobody for now."
    ),
    why=_(
        "A call that reaches the wrong person can put the student in danger. So it is a decision that somebody stands"
        " for, after the student was heard."
    ),
    sources=(PROPOSED,),
    printed=True,
)

CONTACT = Help(
    kinds=("parent_contact",),
    about=_("contacting a parent or guardian"),
    asks=_(
        "Contact them only after the student was consulted and somebody decided it. Write down whom you reached, in"
        " which language, what was said and how it was taken. A student of 18 or older has to agree to it."
    ),
    why=_("Whoever speaks with the family next has to know what they were told."),
    sources=(_("Statute: 34 CFR 99.5"), CUSTODY_LAW),
    printed=True,
)

SUSPICION = Help(
    verbs=("suspect_parent",),
    about=_("when a parent or somebody in the home may be involved"),
    asks=_(
        "Write in a few words what it rests on. What the student said in counseling stays in the restricted section:"
        " say only that it rests on that."
    ),
    why=_(
        "A call, a letter or a copy of the record could warn the very person the student needs protection"
        " from."
    ),
    rules=(
        Rule(
            words=_(
                "At the front office nothing changes by itself: before dismissal ask Child Welfare or the police; do"
                " not refuse a parent with custody without lawful authority."
            ),
            source=COUNSEL,
        ),
    ),
    sources=(PROPOSED, _("Statute: 34 CFR 99.36")),
)

RELEASE = Help(
    verbs=("release_parent_hold",),
    about=_("ending the freeze of contact with parents"),
    asks=_(
        "Say why contact no longer has to be frozen: what was found out, or what Child Welfare Services, the police or"
        " a court decided."
    ),
    why=_("The freeze protected the student from somebody, so those who go on have to see why it ended."),
    sources=(COUNSEL,),
)

CUSTODY = Help(
    verbs=("record_custody", "end_custody"),
    about=_("a peace officer who takes the student into custody"),
    asks=_(
        "Write down when, which agency and which peace officer, and where to if they said so. When the"
        " student is back, write since when, who has the student now, and what was agreed about the parents."
    ),
    why=_(
        "When a student is taken as a victim of abuse, the peace officer notifies the parent. A call from the"
        " school as well could reach the person from whom the student was taken."
    ),
    sources=(CUSTODY_LAW, PROPOSAL),
)

SUBJECT = Subject(
    name="parents",
    title=_("The student’s view, and parents"),
    helps=(CONSULTATION, DECISION, CONTACT, SUSPICION, RELEASE, CUSTODY),
)
