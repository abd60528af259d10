"""The pages of the myself service, by address."""

from django.urls import path

from muster.services.myself.pages import bank, corrections, outbox, progress, queue, telling

urlpatterns = [
    path("", telling.start, name="start"),
    path("tell/<str:kind>", telling.tell, name="tell"),
    path("changes", progress.changes, name="changes"),
    path("changes/<uuid:one>", progress.change, name="change"),
    path("changes/<uuid:one>/code", bank.code, name="code"),
    path("changes/<uuid:one>/stop", bank.stop, name="stop"),
    path("stop", bank.stop_by_code, name="stop-by-code"),
    path("outbox", outbox.outbox, name="outbox"),
    path("corrections", corrections.corrections, name="corrections"),
    path("corrections/new", corrections.new, name="new-correction"),
    path("corrections/<uuid:one>", corrections.one, name="correction"),
    path("corrections/<uuid:one>/withdraw", corrections.withdraw, name="withdraw-correction"),
    path("queue", queue.queue, name="queue"),
    path("queue/<uuid:one>", queue.answer, name="answer"),
]
