"""Sends emails, texts and letters through a notification service shaped like GOV.UK Notify.

For the rooms that tell people of something, such as a code to confirm bank details. It has a small
port of its own (``contract``) in place of pull and push: a notice goes to one person through a
template, not to a system as a file or a message, and what became of it is asked for later. The
service knows no notice again, so whatever is in doubt is looked for by its reference before it is
sent once more.
"""
