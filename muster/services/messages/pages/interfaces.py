"""What the hub takes and hands over, as the AsyncAPI document that developers read."""

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.hub.messages.asyncapi import document
from muster.pagekit.downloads import as_file
from muster.pagekit.tables import Column, table
from muster.pagekit.views import PageRequest, page, render, within


@page("see messages")
@require_safe
def interfaces(request: PageRequest) -> HttpResponse:
    """List what may be sent and what is handed over, or give the document itself."""
    address = request.build_absolute_uri("/").rstrip("/")
    made = document(address=address, employer=within(request, "see messages"))
    if request.GET.get("as") == "json":
        text = json.dumps(made, indent=2, ensure_ascii=False)
        return as_file(HttpResponse(text, content_type="application/json"), "asyncapi.json")
    shown = table(
        request,
        caption=_("Operations"),
        columns=[Column(_("What")), Column(_("Contract")), Column(_("Fields"))],
        rows=[_row(made, one) for one in made["operations"].values()],
        empty=_("No message goes from one system to another yet. An agreement opens a route."),
    )
    return render(request, "messages/interfaces.html", {"operations": shown})


def _row(made: dict[str, dict[str, dict[str, object]]], one: dict[str, object]) -> tuple[str, ...]:
    channel = one["channel"]
    assert isinstance(channel, dict)
    name = channel["$ref"].rpartition("/")[2]
    message = made["components"]["messages"][name]
    assert isinstance(message, dict)
    fields = message["payload"]["properties"]["data"].get("properties", {})
    titles = ", ".join(str(rules.get("title", field)) for field, rules in fields.items())
    return str(one["title"]), str(message["name"]), titles
