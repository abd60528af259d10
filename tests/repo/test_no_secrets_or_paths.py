"""The repository speaks of itself alone: no secrets, no machines, no hosts, nothing left to do."""

import re
from pathlib import Path

from tests.repo.repository import ROOT, kept_files, text_of

HERE = Path(__file__).resolve()
FORBIDDEN = {
    "a machine's path": re.compile(r"(?<![\w./~-])/(?:work|root|home|Users|mnt)/\w"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key": re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abp]-\w{10,})"),
    "a password in an address": re.compile(r"://(?!user:password@)[\w.-]+:[^\s/@{}\"']+@"),
    "a package host": re.compile(
        r"\b(?:pypi\.(?:org|python\.org)|pythonhosted|npmjs|jsdelivr|unpkg|cdnjs|artifactory)\b",
        re.I,
    ),
    "something left to do": re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\")"),
}
# Hosts that a file may name: sources of published data, standards (the names of XML elements in
# workbooks are addresses), and names kept out of use.
HOSTS = re.compile(
    r"(?:[\w-]+\.)*(?:gov\.uk|nao\.org\.uk|json-schema\.org|w3\.org|rfc-editor\.org"
    r"|oasis-open\.org|omg\.org|openxmlformats\.org|purl\.oclc\.org|schemas\.microsoft\.com"
    r"|data\.europa\.eu|schema\.org|example)|localhost"
    r"|testserver|127\.0\.0\.1|host|user|.*\{.*"
)
_ADDRESS = re.compile(r"(?:https?|postgres(?:ql)?)://(?:[^\s/@]*@)?([^\s/:\"'`)>,|\\]+)")


def texts() -> list[tuple[str, str]]:
    # Samples are published files, whose cells are not ours to change.
    files = [path for path in kept_files() if path != HERE and "samples" not in path.parts]
    return [(str(path.relative_to(ROOT)), text_of(path)) for path in files]


def test_no_file_holds_what_is_forbidden() -> None:
    found = [
        f"{name}:{number}: {what}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        for what, form in FORBIDDEN.items()
        if form.search(line)
    ]
    assert found == []


def test_addresses_name_no_strange_hosts() -> None:
    named = {
        (name, host)
        for name, text in texts()
        for host in _ADDRESS.findall(text)
        if not HOSTS.fullmatch(host)
    }
    assert named == set()


def test_no_key_database_or_installed_file_is_kept() -> None:
    endings = {".sqlite3", ".pem", ".key", ".note", ".pyc", ".mo"}
    folders = {"node_modules", "vendor", ".venv", "__pycache__"}
    assert [path for path in kept_files() if path.suffix in endings] == []
    assert [path for path in kept_files() if folders & set(path.parts)] == []
