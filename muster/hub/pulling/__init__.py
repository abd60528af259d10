"""Asking systems for what is new: on a schedule, by one worker at a time, never lost nor doubled.

For systems that send nothing by themselves: a table that is read, a mailbox, a folder elsewhere,
and loaders that answer by files. In the order of work: ``kinds`` says which connectors there are
and what each must be told, ``inlets`` sets one up, ``leases`` gives it to one worker, ``rows``
makes messages of rows that ``tables`` reads, ``files`` takes files in as uploads are, ``answers``
reads what loaders said of what was ``sent``, ``pulling`` does one turn, says what ``came`` or why
it failed, ``puller`` turns the wheel, ``trying`` reads one record and keeps nothing, ``queries``
answers questions.
"""
