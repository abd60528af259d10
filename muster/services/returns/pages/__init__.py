"""The pages of the returns service, by address."""

from django.urls import path

from muster.services.returns.pages import answers, asks, questions, requests, returned, saved

urlpatterns = [
    path("", questions.questions, name="questions"),
    path("ask", questions.ask, name="ask"),
    path("questions/<int:number>", questions.question, name="question"),
    path("questions/<int:number>/answer", answers.answer, name="answer"),
    path("questions/<int:number>/hand-on", answers.hand_on, name="hand-on"),
    path("questions/<int:number>/withdraw", answers.withdraw, name="withdraw"),
    path("questions/<int:number>/take-up", answers.take_up, name="take-up"),
    path("questions/<int:number>/study", answers.study, name="study"),
    path("questions/<int:number>/research", answers.hand_study, name="hand-study"),
    path("questions/<int:number>/metric", requests.new, name="request-metric"),
    path("questions/<int:number>/return", returned.new, name="open-return"),
    path("metrics/", requests.requests, name="requests"),
    path("metrics/new", requests.new, name="new-metric"),
    path("metrics/<int:number>", requests.request_page, name="request"),
    path("metrics/<int:number>.py", requests.declaration, name="declaration"),
    path("returns/<int:number>", returned.returned, name="return"),
    path("returns/<int:number>/extend", returned.extend, name="extend"),
    path("returns/<int:number>/cancel", returned.cancel, name="cancel"),
    path("returns/<int:number>/release", returned.release, name="release"),
    path("asked/", asks.asks, name="asks"),
    path("asked/<uuid:ask>", asks.ask, name="asked"),
    path("asked/<uuid:ask>.csv", asks.list_of_cells, name="asked-cells"),
    path("asked/<uuid:ask>/sign-off", asks.sign_off, name="sign-off"),
    path("asked/<uuid:ask>/take-back", asks.take_back, name="take-back"),
    path("saved/", saved.saved, name="saved"),
]
