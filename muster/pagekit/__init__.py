"""Parts of pages, so that every service's pages look and behave alike.

``views.page`` wraps each view with the access question; ``navigation`` says how a service offers
its pages to the shell; ``tables``, ``fields`` and ``charts`` prepare what the macros in
``templates/pagekit/`` draw. Every part works without JavaScript. ``docs/how-to/add-a-page.md``
shows them together.
"""
