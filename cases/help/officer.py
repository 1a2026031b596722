"""The School Resource Officer: asked, answering, investigating, and the law enforcement website."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, OFFICIALS, PRACTICE, SETTING, Help, Subject

#: Records of the law enforcement unit are its own, and no part of a school's record.
UNIT_RECORDS = _("Statute: 34 CFR 99.8")

REQUEST = Help(
    kinds=("sro_request",),
    verbs=("request_sro",),
    about=_("asking the School Resource Officer"),
    asks=_(
        "Choose the SRO, and write what they need to know to begin: as little as that takes. What the student"
        " said in counseling has no place here."
    ),
    example=_(
        "“Seen leaving with unknown adults at the north gate, on Tuesday and Thursday about 3 p.m.” is enough to begin."
    ),
    why=_("The SRO can look into what the school cannot. To tell the SRO is not the report."),
    sources=(_("Statute: Penal Code 11165.9, 11166(a)"), OFFICIALS),
    printed=True,
)

ANSWER = Help(
    kinds=("sro_response",),
    verbs=("report_back",),
    about=_("reporting back"),
    asks=_(
        "Say what comes of the request: whether you investigate it, referred it, closed it, or cannot share. Add the"
        " agency and its case number if there is one. To have accepted is not to have investigated: only this says so."
    ),
    why=_("The school has to know whether somebody is on it, and nothing of what they find."),
    sources=(UNIT_RECORDS, COUNSEL),
    printed=True,
)

DECLINED = Help(
    verbs=("decline_request",),
    about=_("declining a request"),
    asks=_("Say why you cannot take it on, for instance that you are off duty or on another matter."),
    why=_(
        "Whoever asked turns to somebody else at once, instead of waiting for an answer that does not come."
    ),
    sources=(PRACTICE,),
)

INVESTIGATION = Help(
    kinds=("investigation",),
    about=_("the investigation, or the referral"),
    asks=_(
        "Record whether you conduct the investigation or referred it to a unit, and to which. Add the agency and its"
        " case number. Nothing of the investigation itself is written here: no statements, no criminal history."
    ),
    why=_("The school then knows whose hands it is in, and whom to call when something new is known."),
    sources=(UNIT_RECORDS, COUNSEL),
    printed=True,
)

WEBSITE = Help(
    kinds=("website",),
    about=_("the law enforcement website"),
    asks=_(
        "The SRO makes the entry there, and records here on which day, and its reference. Say whether only"
        " the SRO’s own information was used, or the minimum of facts from the school; then on which legal"
        " basis, and which kinds of facts. Which website is meant, the district sets."
    ),
    example=_("Kinds alone, such as a place or a vehicle. What was entered is never typed here."),
    why=_(
        "Facts from a school’s record need a legal basis before they leave it. From what stands here it can be seen"
        " later that there was one."
    ),
    sources=(_("Statute: 34 CFR 99.30, 99.31"), UNIT_RECORDS, COUNSEL, SETTING),
    printed=True,
)

SUBJECT = Subject(
    name="officer",
    title=_("The School Resource Officer"),
    helps=(REQUEST, ANSWER, DECLINED, INVESTIGATION, WEBSITE),
)
