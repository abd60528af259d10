"""The pages of contracts and trials, one module for each, and their addresses."""

from django.urls import path

from muster.services.airlock.pages import beginning, contracts, deciding, drafting, trials

urlpatterns = [
    path("", trials.trials, name="trials"),
    path("routes/<str:code>/try", beginning.begin, name="begin"),
    path("trials/<uuid:one>", trials.trial, name="trial"),
    path("trials/<uuid:one>/look", trials.look, name="look"),
    path("trials/<uuid:one>/differences/<int:kind>", trials.differences, name="differences"),
    path("trials/<uuid:one>/decide", deciding.decide, name="decide"),
    path("trials/<uuid:one>/withdraw", deciding.withdraw, name="withdraw"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/draft", drafting.draft, name="draft"),
    path("contracts/<str:name>", contracts.contract, name="contract"),
    path("contracts/<str:name>/draft", drafting.draft, name="draft-next"),
    path("contracts/<str:name>/<int:number>", contracts.revision, name="revision"),
    path("contracts/<str:name>/<int:number>/accept", drafting.accept, name="accept-revision"),
    path("contracts/<str:name>/<int:number>/retire", drafting.retire, name="retire-revision"),
]
