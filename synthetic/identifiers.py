"""National Insurance numbers, staff numbers, post references and e-mail addresses.

No number here can be a real person's. HMRC's National Insurance Manual (NIM39110) says that a
prefix never contains the letter Q, so every number begins with Q. E-mail domains end in
`.example` (RFC 2606).
"""

from collections import defaultdict

from synthetic.chance import Chance
from synthetic.employers import Employer
from synthetic.names import Name, without_accents

NINO_PREFIXES = ("QQ", "QA", "QB", "QC", "QE", "QG", "QH", "QJ")
MOST_PEOPLE = len(NINO_PREFIXES) * 1_000_000


def nino(person_number: int) -> str:
    """A number like QA123456C, different for every person number below `MOST_PEOPLE`.

    Multiplying by a number with no factor in common with 8,000,000 spreads neighbours apart and
    never gives two people the same.
    """
    spread = (person_number * 5_700_037 + 1_234_567) % MOST_PEOPLE
    prefix, digits = divmod(spread, 1_000_000)
    return f"{NINO_PREFIXES[prefix]}{digits:06d}{'ABCD'[person_number % 4]}"


def miskeyed(number: str, chance: Chance) -> str:
    """`number` with two neighbouring digits changed about, as when typed from paper."""
    at = chance.between(2, 6)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


class Numbering:
    """What an employer gives out as people join and posts are made: never the same twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._staff: dict[int, int] = defaultdict(lambda: 1000)
        self._posts: dict[int, int] = defaultdict(lambda: 100)
        self._mailboxes: dict[str, int] = {}

    def staff_number(self, employer: Employer) -> str:
        """The next staff number in the employer's own shape (numbers are skipped now and then)."""
        count = self._staff[employer.number] + self._chance.between(1, 3)
        self._staff[employer.number] = count
        return {
            "oracle_hcm": f"{10_000_000 + count}",
            "workday": f"E{count:06d}",
            "sap_flat": f"{count:08d}",
            "small_body": f"{employer.initials}/{count:04d}",
        }[employer.family]

    def post_reference(self, employer: Employer) -> str:
        count = self._posts[employer.number] + 1
        self._posts[employer.number] = count
        return {
            "oracle_hcm": f"POS-{count:06d}",
            "workday": f"P-{100_000 + count}",
            "sap_flat": f"{50_000_000 + count}",
            "small_body": f"{count}",
        }[employer.family]

    def email(self, employer: Employer, name: Name) -> str:
        """forename.surname@employer.example in plain letters, with a number when taken."""
        parts = (name.known_as or name.first, name.surname)
        plain = (
            "".join(letter for letter in without_accents(part).lower() if letter.isalnum())
            for part in parts
            if part
        )
        local = ".".join(plain)
        address = f"{local}@{employer.slug}.example"
        taken = self._mailboxes.get(address, 0) + 1
        self._mailboxes[address] = taken
        return address if taken == 1 else f"{local}{taken}@{employer.slug}.example"
