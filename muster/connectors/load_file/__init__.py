"""A receiver's own load format: messages written as the file that its loader takes.

For suites that are loaded by files and offer nothing else for bulk changes, such as Oracle HCM with
its HCM Data Loader: a zip with lines of METADATA and MERGE. What such a file looks like is declared
in TOML, so another object or another suite of this manner is a text and no code. The receiver's
loader answers row by row in a file of its own, which is read back.

The form, in TOML:

    file = "Worker.dat"          # its name inside the zip
    owner = "MUSTER"             # SourceSystemOwner of all lines
    id = "staff_number"          # the field that names a record: its SourceSystemId
    date = "%Y/%m/%d"            # how dates are written; this is the default
    dated = false                # whether one file may hold several lines of one record

    [[lines]]
    component = "Worker"         # what the line is about
    prefix = "W-"                # before the id, where components need ids of their own
    fields = { EffectiveStartDate = "start", PersonNumber = "staff_number" }
    always = { ActionCode = "HIRE" }

    [answer]                     # the receiver's file, beside ours or in the folder set for it
    file = "{name}_results.csv"  # {name} is the zip's name without its ending
    delimiter = ","
    id = "SourceSystemId"
    status = "Status"
    said = "Message"
    taken = ["SUCCESS"]
    rejected = ["ERROR"]

``connector.py`` is the outlet, ``layout.py`` the declared form, ``writing.py`` writes the file,
``answers.py`` reads what became of its rows, ``fake.py`` stands in for a loader in tests.
"""
