"""Pages of transfers, by address: for both employers, the person, and payroll leads."""

from django.urls import URLPattern

from muster.services.transfers.pages import (
    acting,
    batches,
    doing,
    files,
    listing,
    mine,
    offering,
    one,
    pay_calendar,
    pay_period,
)

urlpatterns: list[URLPattern] = [
    *listing.addresses,
    *offering.addresses,
    *one.addresses,
    *acting.addresses,
    *doing.addresses,
    *files.addresses,
    *mine.addresses,
    *batches.addresses,
    *pay_calendar.addresses,
    *pay_period.addresses,
]
