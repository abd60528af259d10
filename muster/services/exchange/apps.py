"""Registers the exchange service with Django."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The exchange service."""

    name = "muster.services.exchange"
    label = "services_exchange"
