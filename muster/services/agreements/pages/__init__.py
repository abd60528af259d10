"""The agreement pages: the list, one agreement, its verbs, and what the law asks for."""

from django.urls import path

from muster.services.agreements.pages import deciding, drafting, listing, one, record

# The names of pages come before names of agreements.
urlpatterns = [
    path("", listing.agreements, name="agreements"),
    path("new", drafting.new, name="new"),
    path("new/terms", drafting.terms, name="new-terms"),
    path("expiring", listing.expiring, name="expiring"),
    path("record", record.record, name="record"),
    path("processors", record.processors, name="processors"),
    path("<str:code>", one.agreement, name="agreement"),
    path("<str:code>/versions/<int:number>", one.version, name="version"),
    path("<str:code>/impact", record.impact, name="impact"),
    path("<str:code>/amend", drafting.amend, name="amend"),
    path("<str:code>/sign/<str:side>", deciding.sign, name="sign"),
    path("<str:code>/withdraw", deciding.withdraw, name="withdraw"),
    path("<str:code>/suspend", deciding.suspend, name="suspend"),
    path("<str:code>/resume", deciding.resume, name="resume"),
    path("<str:code>/end", deciding.end, name="end"),
]
