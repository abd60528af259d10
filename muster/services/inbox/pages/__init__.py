"""The pages of the inbox and of what goes with it, by address."""

from django.urls import path

from muster.services.inbox.pages import (
    bulk,
    calendars,
    cases,
    choosing,
    covers,
    listing,
    one,
    processes,
    told,
)

urlpatterns = [
    path("", listing.tasks, name="tasks"),
    path("tasks/<uuid:task>", one.task, name="task"),
    path("tasks/<uuid:task>/complete", one.complete, name="complete"),
    path("tasks/<uuid:task>/take", one.take, name="take"),
    path("tasks/<uuid:task>/give-back", one.give_back, name="give-back"),
    path("tasks/<uuid:task>/hand-over", one.hand_over, name="hand-over"),
    path("tasks/<uuid:task>/deadline.ics", calendars.deadline, name="deadline"),
    path("bulk", bulk.check, name="bulk"),
    path("bulk/do", bulk.do, name="bulk-do"),
    path("undo", bulk.undo, name="undo"),
    path("calendar", calendars.calendar, name="calendar"),
    path("calendar/renew", calendars.renew, name="renew-calendar"),
    path("calendar/end", calendars.end, name="end-calendar"),
    path("calendar/<str:token>.ics", calendars.feed, name="feed"),
    path("cover", covers.covers, name="covers"),
    path("cover/<uuid:cover>/end", covers.end, name="end-cover"),
    path("mailbox", covers.mailbox, name="mailbox"),
    path("notices", told.notices, name="notices"),
    path("notices/choose", choosing.choices, name="choices"),
    path("less/<uuid:notice>/<str:mark>", choosing.less, name="less"),
    path("cases/<uuid:case>", cases.case, name="case-page"),
    path("cases/<uuid:case>/<str:part>.bpmn", cases.file, name="case-file"),
    path("processes/", processes.listed, name="processes"),
    path("processes/<str:key>", processes.process, name="process"),
    path("processes/<str:key>/<str:part>.bpmn", processes.file, name="process-file"),
]
