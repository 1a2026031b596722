"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csec.settings")

application = get_wsgi_application()

# After the line above, which sets Django up.
from csec.crypto import known  # noqa: E402

known.check_at_start()
