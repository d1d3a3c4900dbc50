"""The WSGI door: `gunicorn --pythonpath site --preload wsgi`.

Loaded once and then forked: what every request needs is imported before the fork, and the collector is
told to leave it alone, so the workers share those pages of memory instead of each having their own.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - imports every view, and with them what they import
connections.close_all()  # no two workers on one connection, should an import have asked something
gc.collect()
gc.freeze()
