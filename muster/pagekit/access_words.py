"""What pages call the roles, purposes and emergencies that access is asked about by code."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ROLES = {
    "HR caseworker": gettext_lazy("HR caseworker"),
    "line manager": gettext_lazy("Line manager"),
    "payroll lead": gettext_lazy("Payroll lead"),
    "leader": gettext_lazy("Leader"),
    "analyst": gettext_lazy("Analyst"),
    "information-governance officer": gettext_lazy("Information-governance officer"),
    "integrator": gettext_lazy("Integrator"),
    "civil servant": gettext_lazy("Civil servant"),
    "service operator": gettext_lazy("Service operator"),
}
PURPOSES = {
    "own business": gettext_lazy("Own business"),
    "casework": gettext_lazy("Casework"),
    "workforce planning": gettext_lazy("Workforce planning"),
    "assurance": gettext_lazy("Assurance"),
    "integration": gettext_lazy("Integration"),
    "operation": gettext_lazy("Operation"),
}
EMERGENCIES = {
    "threat to life": gettext_lazy("Threat to life or health"),
    "safeguarding": gettext_lazy("Safeguarding"),
    "pay has stopped": gettext_lazy("Pay has stopped, or would"),
    "order of a court": gettext_lazy("Order of a court that cannot wait"),
}


def glass_words(glass: str) -> str:
    """Return in words why a restricted record was opened in an emergency; empty if it was not."""
    if not glass:
        return ""
    return _("In an emergency: %(reason)s") % {"reason": str(EMERGENCIES.get(glass, glass))}
