"""The web application as servers start it: ``uvicorn muster.web.asgi:application``.

Start uvicorn with ``--no-access-log``: it writes query strings, and a search may hold a name.
"""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from muster.hub.messages.envelope import LARGEST_BATCH
from muster.kernel.running import settings as running_settings
from muster.kernel.running import settle
from muster.web.limits import Bound, limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")

# Several files may come in one request, with the form around them.
_files = (4 * running_settings().upload_megabytes + 1) * 1024 * 1024
_messages = Bound(LARGEST_BATCH, "Send the messages in several batches")
application = limited(
    get_asgi_application(),
    file_bytes=_files,
    session_cookie=settings.SESSION_COOKIE_NAME,
    bounds={"/api/v1/events": _messages},
)
settle()
