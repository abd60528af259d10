"""Which part of an advert a sentence belongs to: what it asks for, or what stands around that.

Headings tell most of it: everything after a heading belongs to it until the next. A label with its
value on one line tells of that line alone, unless it begins skills or duties. Where there is none,
what a sentence says tells: an address, a day, a pension. A sentence that stands in a large share of
one organisation's adverts is of the organisation, not of the job (``recurrence``).
"""

import polars as pl

_TO_PEOPLE = (
    r"(how (do (i|you)|to|can i) apply.*|selection process details"
    r"|(the )?(application|selection|recruitment|assessment|interview|sift)( and .{3,20})?"
    r" (process|details|arrangements|stages?|information)( details)?"
    r"|(job )?contacts?( us| details| point.*| information| name| person| for .*)?"
    r"|recruitment team|next steps?|interested.*|(any )?questions.*"
    r"|for (further|more|any|an|additional) (details|information|enquir|informal|queries).*"
    r"|(further|more|additional) (information|details|notes?)|sut i wneud cais|cyswllt)"
)
"""Headings of how to apply under which adverts name people."""

HEADINGS: tuple[tuple[str, str], ...] = (
    ("behaviours", (r"(success profiles?|(the )?behaviours?|strengths|civil service code"
     r"|(assessment|selection) criteria behaviours|key behaviours|competenc(e|ies)"
     r"|(our|trust|core) values( and behaviours)?|values and behaviours|ymddygiadau)")),
    ("how to apply", _TO_PEOPLE),
    ("how to apply", (r"((to )?apply( now| today| online| here)?"
     r"|(the )?(application|selection|recruitment|assessment|interview|sift)( and .{3,20})?"
     r" (dates?|timeline|timetable)( details)?"
     r"|(key|important|closing|interview|assessment|sift) dates?"
     r"|things you need to know|e-?mail( address)?|tel(ephone)?( number)?|phone"
     r"|(other|important|general) (information|details|notes?)|please note|disclaimer|feedback.*"
     r"|appeals?|complaints?|security( checks?|"
     r" clearance.*)?|(pre.employment|criminal|dbs|disclosure).*|nationality requirements?.*"
     r"|right to work.*|(uk )?visas?.*|sponsorship.*|reserve lists?|eligibility|who can apply.*"
     r"|(disability|reasonable adjustments?).*|safeguarding.*)")),
    ("benefits", (r"((the |our |your |employee |staff |key |additional |other |company |some )*"
     r"(benefits|rewards?|perks)( (include|and|of|we|you|package|for).*)?"
     r"|(what )?(we|can we|we can|we'll|do we|the trust can|you get|you'll get|we will)"
     r" ?(can )?(offer|give|provide)?( you)?( in return)?(.{0,25}in return)?"
     r"|what('s| is) in it for (you|me)|in (return|addition).{0,40}|why (join|work|choose|us).*"
     r"|(the )?(salary|pay|remuneration|reward|package)( and .{3,30}| package| details)?"
     r"|(annual )?(leave|pension|holidays?)( .{0,30})?|(learning|training) and development"
     r"|(flexible|hybrid) working.*|wellbeing|buddion|manteision|(working )?hours|contract type)")),
    ("about us", (r"((more |a (bit|little) (more )?)?about (us|our .{2,60}|the (?:team|organisation"
     r"|department|trust|company|service|hospital|directorate|employer|agency|ward|area|unit"
     r"|division|home|group|council|office|practice|school|university|location).*)"
     r"|who (we are|are we)|our (trust|mission|vision|story|organisation|people|culture|purpose"
     r"|department|team|hospital|work|services?|commitment.*)|(the|your) (team|organisation"
     r"|department|trust|location|employer)|background|company description|context"
     r"|(equality|diversity|inclusion|equal opportunit(y|ies)|equity)( .{0,60})?"
     r"|(our )?(commitment to )?(diversity|equality).*|amdanom ni|working for (the civil service"
     r"|us|our.*)|meet the team|welcome to.*)")),
    ("skills", (r"((the )?(person|candidate|job) (specification|profile|requirements?)|about you"
     r"|(the )?(person|ideal (candidate|person|applicant))|(your )?(key |core |essential |desirable"
     r"|minimum |main |specific |relevant |required |necessary |technical |professional )*"
     r"(skills?|criteria|experience|requirements?|qualifications?|knowledge|attributes|abilities"
     r"|expertise)(( and|,|/| &) .{3,60}| required| needed| essential| desirable| criteria)*"
     r"|essential|desirable|(what|who) (are )?(we|we're|we are)( are)? look(ing)?( for)?.*"
     r"|what you('ll)? (will )?(need|bring|have).*|what (we|will we|we'll) (need|look|want).*"
     r"|you (will |must |should )?(have|need|bring|possess|be)|you will need( to have)?"
     r"|you'll (have|need|bring|be)|(the )?(successful|ideal) (candidates?|applicants?)( will"
     r"( have| be| need)?| should( have)?| must( have)?)?|applicants (must|should|will)( have)?"
     r"|(who|is this) you|are you|technical( skills)?|education|training|licen[cs]es"
     r"|we are looking for.*|to be successful.*|we('ll| will) assess you against these technical"
     r" skills.*|sgiliau|manyleb (y )?person|meini prawf( hanfodol)?|gofynion)")),
    ("duties", (r"((the |main |key |your |primary |principal |core |general |specific |daily )*"
     r"(duties|responsibilit(y|ies)|accountabilities|tasks|deliverables|job (summary|purpose"
     r"|description|role|overview)|role( summary| purpose| description| overview| profile)?"
     r"|purpose|summary|job|work|position|post|opportunity|functions|objectives)"
     r"(( and| of| &|/|,) .{3,50}| include| are)*|about (the|this) (role|job|post|position"
     r"|opportunity|vacancy)|what (you('ll| will)( be)?|will you( be)?|you would) (do|doing|"
     r"responsible).*|(what )?you('ll| will)( be)?|the (post ?holder|role)( will.*)?|overview"
     r"|as (a|an|part|our) .{3,60}you will|(the )?job holder will|advert|key result areas"
     r"|disgrifiad (o'r )?swydd|cyfrifoldebau|prif ddyletswyddau|crynodeb)")),
)  # fmt: skip
"""(part, pattern of the whole heading in small letters); the first that fits tells."""

BEHAVIOURS = (
    "seeing the big picture", "making effective decisions", "changing and improving",
    "communicating and influencing", "working together", "developing self and others",
    "managing a quality service", "delivering at pace", "leadership", "setting direction",
    "delivering results", "engaging people",
)  # fmt: skip
"""Names of behaviours, and of the headings they stood under: a line of one is no skill."""

ASKS = (
    r"(?i)\b(experience|experienced|knowledge|skills?|skilled|abilit(?:y|ies)|able to|understanding"
    r"|proficien\w+|expertise|qualifi\w+|competen\w+|certifi\w+|degree|diploma|essential|desirable"
    r"|familiar\w*|track record|responsib\w+|you will|you'll|must|background in|fluen\w+|trained in"
    r"|awareness|working with|literate|degree|gcses?)\b"
)
"""A sentence of these words asks for something, whatever else it speaks of."""

CUES: tuple[tuple[str, str, bool], ...] = (
    ("how to apply", (r"(?i)\[(?:email|phone|link)\]|\bcontact:? \[name\]|\b(?:closing|interview"
     r"|sift|assessment) dates?\b|\b(?:to apply|apply (?:now|today|online|by|via|please)"
     r"|please apply"
     r"|how to apply|cover(?:ing)? letter|application form|previous applicants|short-?listed"
     r"|informal (?:visit|discussion|chat|conversation|enquir)\w*"
     r"|(?:further|more|additional) (?:information|details)"
     r"|look forward to (?:hearing|receiving)|online application|job centre|trac account"
     r"|supporting (?:statement|information)|your cv)\b"), False),
    ("how to apply", (r"(?i)\b(?:disclosure and barring|dbs (?:check|disclosure)|enhanced dbs"
     r"|rehabilitation of offenders|criminal (?:record|conviction)s?|right to work in|"
     r"certificate of sponsorship|visa sponsorship|baseline personnel security|pre-employment"
     r"|nationality requirements|open to (?:uk|british) nationals|smart ?card|counter.terrorist"
     r" check|security (?:check|clearance|vetting)|occupational health (?:check|clearance"
     r"|assessment)|safeguarding and promoting the welfare|references (?:will|are|from))\b"), True),
    ("about us", (r"(?i)\b(?:equal opportunit(?:y|ies)|protected characteristic"
     r"|regardless of|guaranteed interview|positive about disab|two ticks|committed to (?:equality"
     r"|diversity|being an? (?:inclusive|diverse)|creating an? (?:inclusive|diverse)|safeguarding)"
     r"|welcomes? applica(?:tions|nts) from|celebrates? diversity|under-?represented"
     r"|disability confident|armed forces covenant"
     r"|stonewall|investors? in people|inclusive employer"
     r"|fair and open competition|(?:english|welsh) speakers are equally welcome)\b"), True),
    ("benefits", (r"(?i)\b(?:annual leave|days'? (?:paid )?(?:holiday|leave)|bank holidays"
     r"|pension(?: scheme)?|season ticket|cycle.to.work|childcare vouchers?|discounts?"
     r"|competitive (?:salary|pay|rates)|employee assistance|free (?:parking|on-?site|uniform"
     r"|meals?"
     r"|eye ?tests?)|salary sacrifice|life assurance|death in service|private medical|gym"
     r"|maternity|paternity|sick pay|weekly pay|holiday pay|enhancements? for|high cost area"
     r"|per annum|pro rata|\d+(?:\.\d+)? hours (?:per|a) week|relocation (?:package|expenses)"
     r"|interest.free loans?|flexi-?time|alpha pension|salary (?:range|scale|of)"
     r"|refer a friend)\b"),
     True),
    ("about us", (r"(?i)^(?:we are|we're) (?:an?|one of|the|proud|committed|rated)\b|\brated "
     r"['\"]?(?:good|outstanding)|\bcqc\b.{0,40}\b(?:good|outstanding|rat)|\bis one of the (?:uk|"
     r"largest|leading|biggest|busiest|most|top)|\bour (?:vision|values|mission) (?:is|are)\b"
     r"|\b(?:was|were) (?:founded|established|formed) in\b|\bemploys? (?:over|around|approximately"
     r"|more than|some)\b|\bserving a population\b|\bpopulation of\b"), True),
)  # fmt: skip
"""(part, what the sentence says, whether a sentence that asks for something is spared)."""

LASTING = ("skills", "duties")
"""The parts of which a label begins one, though it says something behind its colon."""

# What is said of these behind a colon is said on one line, in capitals too.
_FACTS = (
    r"^(?:the )?(?:salary|pay|remuneration|package|annual|leave|pension|holidays?|working hours"
    r"|hours|contract)\b"
)
# A heading in capitals, one with a colon in its midst too.
_LOUD, _LOUD_TWICE = (rf"^[A-Z][A-Z'&/,\- {mark}]{{5,60}}[A-Z?:!]$" for mark in ("", ":"))
_TRAIL = r"[\s:.\u2013\-?!*_]+$"
_SAID_BEHIND = r"^[^:]{3,60}:\s.*[^\s:]\s*$"
_LABEL = pl.col("line").str.extract(r"^([^:]{3,60}):(?:\s|$)").fill_null(pl.col("line"))
_NAME = (
    pl.col("label").str.replace(r"^[\W\d_]+", "").str.replace(_TRAIL, "")
    .str.replace_all(r"\s+", " ").str.to_lowercase()
)  # fmt: skip


def heading_part(lines: pl.Series) -> pl.Series:
    """Return which part each line is of, as a heading or as a label before a colon.

    Returns:
        The part; "other" for a heading that no rule knows and that ends with a colon or is written
        in capitals; null for a line that is no heading.
    """
    frame = pl.DataFrame({"line": lines}).with_row_index("at")
    short = frame.with_columns(label=_LABEL).filter(pl.col("label").str.len_chars() <= 80)
    named = short.with_columns(name=_NAME)
    names = named.select("name").unique(maintain_order=True)
    told = pl.coalesce(
        pl.when(pl.col("name").str.contains(f"^(?:{pattern})$")).then(pl.lit(part))
        for part, pattern in HEADINGS
    )
    named = named.join(names.with_columns(part=told), on="name", maintain_order="left", how="left")
    alone = pl.col("line").str.contains(r":\s*$") & (pl.col("line").str.len_chars() <= 60)
    loud = pl.col("line").str.contains(_LOUD) & pl.col("line").str.contains(" ", literal=True)
    named = named.with_columns(
        part=pl.coalesce("part", pl.when(alone | loud).then(pl.lit("other")))
    )
    found = frame.join(named.select("at", "part"), on="at", how="left", maintain_order="left")
    return found["part"]


def lasts(lines: pl.Series, headed: pl.Series) -> pl.Series:
    """Tell which headings hold for the lines after them as well.

    "Salary: 32,000 a year" is of benefits, and the line after it of the part before. "Skills: SQL"
    begins a part, and so do "Benefits: we offer:", "BENEFITS: WHAT WE OFFER" and, as names of
    people stand on the lines after it, "Contact: jobs team".

    Args:
        lines: as for ``heading_part``.
        headed: what it returned.
    """
    said = lines.str.contains(_SAID_BEHIND).fill_null(False)
    doubtful = said & headed.is_not_null() & ~headed.is_in(LASTING).fill_null(False)
    frame = pl.DataFrame({"line": lines, "headed": headed}).with_row_index("at").filter(doubtful)
    people = (pl.col("headed") == "how to apply") & pl.col("name").str.contains(
        f"^(?:{_TO_PEOPLE})$"
    )
    loud = pl.col("line").str.contains(_LOUD_TWICE) & ~pl.col("name").str.contains(_FACTS)
    named = frame.with_columns(label=_LABEL).with_columns(name=_NAME)
    return (~doubtful).scatter(named.filter(people | loud)["at"], True).rename("lasts")


def told(sentences: pl.DataFrame) -> pl.Series:
    """Return the part of each sentence by its headings and by what it says.

    Args:
        sentences: ``text`` and ``headed``, the part under whose headings it mostly stands.
    """
    text, headed = pl.col("text"), pl.col("headed")
    asking = sentences["headed"].is_in(["skills", "duties"])
    rows = sentences.select("text", "headed", asking=asking).with_columns(
        asks=text.str.contains(ASKS), name=text.str.to_lowercase().str.strip_chars(" .:;,-")
    )
    # Only a heading of duties or skills outweighs what a sentence says, and never a contact.
    first, *others = CUES
    behaviour = pl.col("name").is_in(BEHAVIOURS)
    chain = (
        pl.when(behaviour)
        .then(pl.lit("behaviours"))
        .when(text.str.contains(first[1]))
        .then(pl.lit(first[0]))
    )
    chain = chain.when(headed != "other").then(headed)
    for part, pattern, spared in others:
        says = text.str.contains(pattern)
        chain = chain.when(says & ~pl.col("asks") if spared else says).then(pl.lit(part))
    return rows.select(chain.otherwise(headed).alias("part"))["part"]
