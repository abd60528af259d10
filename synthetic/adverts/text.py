"""The text of an advert, and which of its sentences ask for what.

Sections come in an order of the employer's own, under headings or without, as plain lines, bullets
or HTML. Nothing under "About us", "Benefits", "Behaviours" and "How to apply" asks for a skill.
"""

from datetime import timedelta
from html import escape
from typing import NamedTuple

from synthetic.adverts.jobs import Job
from synthetic.adverts.wording import ENGLISH, WELSH, Skill, Words
from synthetic.chance import Chance

_BULLETS = ("", "• ", "- ", "* ")
_LISTS = frozenset({"duty", "skill", "wanted", "behaviours", "benefits"})
_WITH_SHARE, _PARAPHRASED, _IN_HTML, _NO_HEADINGS = 0.15, 0.55, 0.25, 0.1


class Line(NamedTuple):
    """A sentence, the section it stands in, and the skills it asks for with the words used."""

    section: str
    text: str
    asks: tuple[tuple[str, str], ...] = ()


class Text(NamedTuple):
    """What an advert says: its lines, and its description as the employer's system holds it."""

    lines: tuple[Line, ...]
    description: str
    html: bool


class Writer:
    """Writes texts; `chance` chooses words."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def write(self, job: Job, reference: str, extra: str = "") -> Text:
        """The text of a job; `extra` is a sentence said first."""
        lines = self._welsh(job, reference) if job.welsh else self._english(job, reference)
        if extra:
            lines.insert(0, Line("role", extra))
        return self.laid_out(tuple(lines), job)

    def laid_out(self, lines: tuple[Line, ...], job: Job) -> Text:
        """Lines as one description."""
        chance, words = self._chance, WELSH if job.welsh else ENGLISH
        html, bare = chance.happens(_IN_HTML), chance.happens(_NO_HEADINGS)
        bullet = _BULLETS[job.employer.number % len(_BULLETS)]
        parts: list[str] = []
        sections = dict.fromkeys(line.section for line in lines)
        for section in sections:
            said = [line.text for line in lines if line.section == section]
            heading = "" if bare else words.headings[section]
            title = chance.pick(heading) if heading else ""
            parts += (_marked_up if html else _plain)(title, said, section, bullet)
        return Text(lines, "\n".join(parts), html)

    def _english(self, job: Job, reference: str) -> list[Line]:
        chance, fields = self._chance, self._fields(job, reference)
        cut = chance.between(2, len(job.skills) - 2)
        lines = self._plain(ENGLISH, "about", chance.between(1, 3), fields)
        lines += self._plain(ENGLISH, "role", chance.between(2, 3), fields)
        if chance.happens(0.5):
            lines.append(Line("role", ENGLISH["salary"][0].format_map(fields)))
        if chance.happens(_WITH_SHARE):
            lines.append(Line("role", ENGLISH[chance.pick(("share", "share_role"))][0]))
        lines += self._asking("duty", job.skills[:cut], fields)
        lines += self._plain(ENGLISH, "filler", chance.between(1, 3), fields, "duty")
        lines += self._asking("skill", (*job.skills[cut:], *job.general), fields)
        if chance.happens(0.4):
            lines += self._asking("wanted", job.skills[:1], fields)
        if chance.happens(0.7):
            lines += self._plain(ENGLISH, "process", chance.between(1, 2), fields, "behaviours")
            lines += self._plain(ENGLISH, "behaviours", chance.between(1, 3), fields)
        lines += self._plain(ENGLISH, "benefits", chance.between(0, 3), fields)
        return lines + self._plain(ENGLISH, "apply", chance.between(2, 4), fields)

    def _welsh(self, job: Job, reference: str) -> list[Line]:
        fields, lines = self._fields(job, reference), []
        for section, count in (("about", 1), ("role", 1)):
            lines += self._plain(WELSH, section, count, fields)
        for section, skills in (("duty", job.skills[:2]), ("skill", job.skills[2:])):
            for skill in skills:
                fields["n"] = str(self._chance.between(2, 97))
                said = fields["s"] = self._chance.pick(skill.surfaces)
                text = self._chance.pick(WELSH[section]).format_map(fields)
                lines.append(Line(section, text, ((skill.name, said),)))
        for section in ("benefits", "apply"):
            lines += self._plain(WELSH, section, 2, fields)
        return lines

    def _plain(
        self, words: Words, section: str, count: int, fields: dict[str, str], put: str = ""
    ) -> list[Line]:
        """Some different sentences of a section that ask for nothing, put there or elsewhere."""
        found = dict[str, None]()
        for _ in range(count):
            self._draw(fields)
            found[_begun(self._chance.pick(words[section]).format_map(fields))] = None
        return [Line(put or section, text) for text in found]

    def _asking(
        self, section: str, skills: tuple[Skill, ...], fields: dict[str, str]
    ) -> list[Line]:
        """Sentences that ask for these skills, each once, one or two in a sentence."""
        chance, lines, rest = self._chance, [], list(skills)
        while rest:
            template = chance.pick(ENGLISH[section])
            asked = [rest.pop()]
            fields["s"] = self._said(asked[0])
            if "{t}" in template:
                if not rest:
                    rest = asked
                    continue
                asked.append(rest.pop())
                fields["t"] = self._said(asked[1])
            self._draw(fields)
            said = [fields["s"], fields.get("t", "")]
            asks = tuple((one.name, words) for one, words in zip(asked, said, strict=False))
            lines.append(Line(section, _begun(template.format_map(fields)), asks))
        return lines

    def _draw(self, fields: dict[str, str]) -> None:
        """Draw what makes the next sentence this job's own."""
        pick = self._chance.pick
        fields["who2"] = pick(ENGLISH["who"])
        for name in ("whom", "so"):
            fields["n"] = str(self._chance.between(2, 97))
            fields["who"], fields["thing"] = pick(ENGLISH["who"]), pick(ENGLISH["thing"])
            fields[name] = pick(ENGLISH[name]).format_map(fields)

    def _said(self, skill: Skill) -> str:
        """What an advert says for a skill: its name, or other words."""
        others = skill.surfaces[1:]
        if others and self._chance.happens(_PARAPHRASED):
            return self._chance.pick(others)
        return skill.surfaces[0]

    def _fields(self, job: Job, reference: str) -> dict[str, str]:
        closes = job.posted + timedelta(days=self._chance.between(10, 28))
        return {
            "org": job.employer.name, "slug": job.employer.slug, "title": job.title,
            "place": job.town, "grade": job.grade.key, "unit": f"the {job.unit} directorate",
            "day": f"{closes.day} {closes:%B %Y}", "ref": reference, "low": f"{job.low:,}",
            "high": f"{job.high:,}",
        }  # fmt: skip


def _begun(text: str) -> str:
    return text[0].upper() + text[1:]


def _plain(title: str, said: list[str], section: str, bullet: str) -> list[str]:
    head = [title] if title else []
    if section in _LISTS:
        return head + [bullet + text for text in said]
    return [*head, " ".join(said)]


def _marked_up(title: str, said: list[str], section: str, bullet: str) -> list[str]:
    head = [f"<h3>{escape(title)}</h3>" if bullet else f"<p><strong>{escape(title)}</strong></p>"]
    if section in _LISTS:
        items = "".join(f"<li>{escape(text)}</li>" for text in said)
        return [*(head if title else []), f"<ul>{items}</ul>"]
    return [*(head if title else []), f"<p>{escape(' '.join(said))}</p>"]
