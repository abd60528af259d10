"""Messages for tests of mailboxes; nobody in them is real."""

from email.message import EmailMessage

SENDER, SERVER = "returns@dept.example", "mx.muster.example"
PROVEN = f"{SERVER}; dkim=pass header.d=dept.example header.s=a"
SETTINGS = {"senders": SENDER, "server": SERVER}


def message(
    *,
    sender: str | None = f"Returns Team <{SENDER}>",
    proof: str | None = PROVEN,
    mark: str | None = "<1@dept.example>",
    files: dict[str, bytes] | None = None,
) -> EmailMessage:
    """Return a message with files attached; what is None is left out."""
    made = EmailMessage()
    for name, value in (("Authentication-Results", proof), ("From", sender), ("Message-ID", mark)):
        if value is not None:
            made[name] = value
    made["To"] = "muster@muster.example"
    made["Subject"] = "Return"
    made.set_content("Please find the return attached.\n")
    for name, content in ({"staff.xlsx": b"PK one"} if files is None else files).items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made
