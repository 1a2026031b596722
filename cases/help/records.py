"""What leaves the school: requests for records, releases, interviews, and a summary on paper."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, PRACTICE, PROPOSAL, Help, Rule, Subject

ACCESS = _("Statute: Education Code 49069.7")
LIST_OF_RELEASES = _("Statute: 34 CFR 99.32; Education Code 49064")
WHO_REPORTED = _("Statute: Penal Code 11167.5")

REQUEST = Help(
    verbs=("log_records_request",),
    about=_("a request for records"),
    asks=_(
        "Write who asks, for whom, what they want, and on which day it came. If a paper was handed over, it goes to"
        " counsel as well."
    ),
    why=_("The time for an answer runs from that day, and only legal counsel weighs what may be released."),
    rules=(
        Rule(
            words=_(
                "This page is the same for every student. It looks nothing up but the roster, and tells nobody what"
                " else there is."
            ),
            source=PROPOSAL,
        ),
    ),
    sources=(ACCESS, COUNSEL),
)

FOUND = Help(
    verbs=("match_records_request", "open_requested_case"),
    about=_("finding the record that is asked for"),
    asks=_(
        "Find the student who is meant, from what the request says; among those who have left too. Legal counsel then"
        " chooses the record to read for it."
    ),
    why=_("A record is opened for one request, and it is seen that it was."),
    sources=(PROPOSAL,),
)

ANSWER = Help(
    verbs=("answer_records_request",),
    about=_("answering a request for records"),
    asks=_(
        "Record what was released, to whom and on which basis; or what was withheld, and why. Say from which restricted"
        " records something was released."
    ),
    why=_("Each release stands in the list of its case, which a parent may inspect."),
    sources=(ACCESS, LIST_OF_RELEASES, WHO_REPORTED),
)

RELEASE = Help(
    verbs=("record_release",),
    about=_("a release of information"),
    asks=_(
        "Write what was told or handed over, to whom and when, on which legal basis, and what they need it for. In an"
        " emergency write as well which threat it was, and whom it was to protect."
    ),
    example=_(
        "“Told dispatch by telephone where and when the student was last seen, and what the student wore.”"
    ),
    why=_(
        "A school keeps a list of its releases of information. A parent may read it, so it never tells who reported."
    ),
    sources=(LIST_OF_RELEASES, _("Statute: 34 CFR 99.36"), COUNSEL),
)

REVIEW = Help(
    verbs=("review_releases",),
    about=_("reviewing the releases of information"),
    asks=_(
        "Legal counsel reads each entry that came since the last look. Where one tells too much, whoever entered it can"
        " correct it."
    ),
    why=_(
        "A parent’s right to the list and the secrecy of a report can be at odds, and counsel alone weighs them."
    ),
    sources=(_("Statute: Education Code 49064"), WHO_REPORTED),
)

INTERVIEW = Help(
    verbs=("record_interview",),
    about=_("an interview at school"),
    asks=_(
        "Write who came from which agency and when it began, whether the student was told of the choice, and what they"
        " chose. Add where it was and how long."
    ),
    why=_(
        "The student may be alone with the interviewer, or have an adult of the staff there. What was said is the"
        " agency’s: a second account of it at school can do harm."
    ),
    sources=(_("Statute: Penal Code 11174.3; your district's counsel says when it applies"), PRACTICE),
)

PAPER = Help(
    verbs=("make_paper",),
    about=_("a summary on paper"),
    asks=_(
        "Choose what the recipient needs now, and no more. Then look at what they will read, and make the PDF only when"
        " you would hand over every line of it."
    ),
    why=_("What is on paper cannot be taken back."),
    sources=(LIST_OF_RELEASES, PROPOSAL),
)

SUBJECT = Subject(
    name="records",
    title=_("Records and releases of information"),
    helps=(REQUEST, FOUND, ANSWER, RELEASE, REVIEW, INTERVIEW, PAPER),
)
