"""The data quality pages: the league of suppliers, an employer's suppliers, and one supplier."""

from django.urls import path

from muster.services.quality.pages import league, supplier

urlpatterns = [
    path("", league.league, name="league"),
    path("employers/<uuid:employer>", supplier.employer, name="employer"),
    path("suppliers/<str:route>", supplier.supplier, name="supplier"),
]
