"""Regular contact, service referrals, and who is away or missing."""

from django.utils.translation import gettext_lazy as _

from cases.help.words import COUNSEL, PRACTICE, PROPOSAL, SETTING, Help, Rule, Subject

CHECK_IN = Help(
    kinds=("contact",),
    verbs=("record_checkin",),
    about=_("a check-in"),
    asks=_(
        "Say first whether you saw the student. If not, say why: an attempt is recorded, and the check-in stays due."
        " Then write in a few words how the student is. Nothing has to be asked that the student does not bring up."
    ),
    example=_("“Not at school; the office says ill since Monday. I try again tomorrow morning.”"),
    why=_(
        "To be asked after is help in itself. Only a student who was seen counts, so that nobody is forgotten behind an"
        " attempt."
    ),
    sources=(PRACTICE, SETTING),
    printed=True,
)

SCHEDULE = Help(
    verbs=("plan_checkins",),
    about=_("the check-in schedule"),
    asks=_(
        "Set how often, who contacts the student, and who covers. Agree with the student on days that draw no"
        " attention to them."
    ),
    why=_("With a name and a cover for every contact, a day off leaves no gap."),
    rules=(
        Rule(
            words=_(
                "On weekends and closures a check-in is due on the school day before. Without a person or a cover the"
                " schedule runs all the same, and those who answer for the case are asked until there is one."
            ),
            source=PROPOSAL,
        ),
    ),
    sources=(PRACTICE, SETTING),
)

BREAK = Help(
    verbs=("plan_break",),
    about=_("contact during a break"),
    asks=_(
        "Say who keeps contact while there is no school: somebody of the school, or Child Welfare Services or a"
        " provider with a name and a number. Set the day of the first contact afterwards."
    ),
    why=_("In a break nobody at school sees the student, and help is the hardest to reach."),
    sources=(PRACTICE,),
)

ALERT = Help(
    verbs=("end_alert",),
    about=_("writing down what was found"),
    asks=_(
        "Say what was found and when, and who looks after the student now. If it was reported, record the report at its"
        " own step."
    ),
    why=_("Everybody who was told goes on looking until they read this."),
    sources=(PROPOSAL,),
)

MISSING = Help(
    verbs=("report_absence",),
    about=_("a missing student"),
    asks=_(
        "Enter it as soon as you notice, for every student alike: find the student by name, and say since when nobody"
        " knows where they are."
    ),
    why=_(
        "A student who is suddenly gone may be in danger, and those who look after them have to know at once."
    ),
    sources=(PRACTICE, PROPOSAL),
)

AWAY = Help(
    verbs=("enter_away",),
    about=_("days away"),
    asks=_(
        "Enter the first and the last day on which you are not there. For a single day both are the same. Of an SRO say"
        " who covers: whoever is named as cover, or nobody."
    ),
    why=_("No student should wait for somebody who is not there."),
    rules=(
        Rule(
            words=_(
                "A request to an SRO who is not there goes to the cover at once. Where nobody covers, whoever answers"
                " for the case is told at once, and calls dispatch."
            ),
            source=PRACTICE,
        ),
    ),
    sources=(PROPOSAL,),
)

REFERRAL = Help(
    kinds=("referral",),
    about=_("offering a service referral"),
    asks=_(
        "Offer counseling or social services to the student, or to the student and a parent, and name the provider."
        " Then record the answer. If it is treatment, record as well who consents to it, as the provider told you."
    ),
    why=_("Help from outside the school begins with an offer, and a first no is not the last word."),
    rules=(
        Rule(
            words=_("Offering needs no consent. Consent to treatment is the provider’s judgment."),
            source=_("Printed protocol: always offered; practice"),
        ),
        Rule(
            words=_(
                "A decline ends this offer alone: the report, the regular contact and every other step go on."
            ),
            source=_("District"),
        ),
    ),
    sources=(_("Statute: Health and Safety Code 124260; Family Code 6924"), SETTING),
    printed=True,
)

FOLLOWED = Help(
    verbs=("follow_referral",),
    about=_("how a referral goes"),
    asks=_(
        "Ask the student or the provider whether it has begun, and choose what fits. Whether it helps may be written"
        " down; what is said in treatment may not."
    ),
    why=_("An offer that was accepted is not help yet. If it came to nothing, another is made."),
    sources=(COUNSEL, SETTING),
)

SUBJECT = Subject(
    name="care",
    title=_("Regular contact and services"),
    helps=(CHECK_IN, SCHEDULE, BREAK, ALERT, MISSING, AWAY, REFERRAL, FOLLOWED),
)
