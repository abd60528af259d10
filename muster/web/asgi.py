"""The web application as servers start it: ``uvicorn muster.web.asgi:application``.

Start uvicorn with ``--no-access-log``: it writes query strings, and a search may hold a name.
"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")

application = get_asgi_application()
