"""The pages of messages, one module for each thing they are about, and their addresses."""

from django.urls import path

from muster.services.messages.pages import interfaces, messages, parked, replaying, routes, systems

urlpatterns = [
    path("", routes.routes, name="routes"),
    path("routes/<str:code>", routes.route, name="route"),
    path("routes/<str:code>/pause", routes.pause, name="pause"),
    path("routes/<str:code>/resume", routes.resume, name="resume"),
    path("routes/<str:code>/replay", replaying.replay, name="replay"),
    path("all/", messages.messages, name="messages"),
    path("all/<int:position>", messages.message, name="message"),
    path("all/<int:position>/content", messages.content, name="content"),
    path("all/<int:position>/proof", messages.proof, name="proof"),
    path("parked/", parked.grouped, name="parked"),
    path("parked/cause", parked.cause, name="cause"),
    path("parked/<uuid:parked>/release", parked.release, name="release"),
    path("parked/<uuid:parked>/discard", parked.discard, name="discard"),
    path("systems/", systems.systems, name="systems"),
    path("systems/<str:code>", systems.system, name="system"),
    path("systems/<str:code>/check", systems.check, name="check-system"),
    path("systems/<str:code>/keys/add", systems.add, name="add-key"),
    path("systems/<str:code>/keys/<str:name>/revoke", systems.revoke, name="revoke-key"),
    path("interfaces", interfaces.interfaces, name="interfaces"),
]
