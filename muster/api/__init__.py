"""The same verbs as JSON: mounts each service's ``api.py`` and writes its OpenAPI description.

For integrators whose systems hand files in and ask what became of them. A caller shows a system's
token; what it may do is asked of ``gates.access`` as on every page.
"""
