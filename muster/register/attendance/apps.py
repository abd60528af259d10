"""Registers the room with Django."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """The tables of attendance."""

    name = "muster.register.attendance"
    label = "register_attendance"
