"""The exchange's pages, one module for each thing they are about, and their addresses."""

from django.urls import path

from muster.services.exchange.pages import (
    agreements,
    evidence,
    feeds,
    intakes,
    names,
    quarantine,
    upload,
)

urlpatterns = [
    path("", feeds.feeds, name="feeds"),
    path("feeds/<uuid:landing>", feeds.feed, name="feed"),
    path("feeds/<uuid:landing>/bytes", feeds.exact_bytes, name="bytes"),
    path("feeds/<uuid:landing>/proof/<int:position>", evidence.proof, name="proof"),
    path("intakes/<uuid:intake>", intakes.intake, name="intake"),
    path("upload", upload.upload, name="upload"),
    path("quarantine/", quarantine.grouped, name="quarantine"),
    path("quarantine/rows", quarantine.rows, name="rows"),
    path("names/", names.waiting, name="names"),
    path("names/choose", names.choose, name="choose"),
    path("names/check", names.check, name="check"),
    path("names/remembered/", names.remembered, name="remembered"),
    path("names/remembered/<uuid:choice>/withdraw", names.withdraw, name="withdraw"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<str:code>", agreements.agreement, name="agreement"),
    path("agreements/<str:code>/suspend", agreements.suspend, name="suspend"),
    path("agreements/<str:code>/resume", agreements.resume, name="resume"),
    path("evidence/", evidence.evidence, name="evidence"),
]
