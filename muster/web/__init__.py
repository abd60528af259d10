"""The shell around every page: navigation, sign-in, home, languages, error pages, static files.

It mounts the pages of each installed service by what the service's ``apps.py`` declares (see
``muster.pagekit.navigation``) and knows none of them by name.
"""
