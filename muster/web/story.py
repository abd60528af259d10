"""The story page: where somebody who tries Muster begins. In development only."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muster.gates.personas import personas
from muster.kernel.errors import NotFound
from muster.kernel.running import settings
from muster.pagekit.story import steps
from muster.pagekit.views import open_page, render


def is_told() -> bool:
    """Tell whether there is a story here: in development, once a demonstration was built."""
    return not settings().in_production and (settings().home / "demo.json").exists()


@open_page
@require_safe
def story(request: HttpRequest) -> HttpResponse:
    """Show the steps of the story, each with whom to be and where to look."""
    if not is_told():
        raise NotFound("There is no demonstration here", fix="Build the demonstration first")
    names = {one.slug: one.actor.name for one in personas(settings())}
    shown = [
        (step, [(look, names[look.persona]) for look in step.looks if look.persona in names])
        for step in steps()
    ]
    return render(request, "shell/story.html", {"steps": [one for one in shown if one[1]]})
