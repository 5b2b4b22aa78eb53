"""The settings of a test run: the project's own, in a data folder that goes with the run.

So no test touches the data of whoever runs it, and a run leaves nothing behind.
"""

import atexit
import os
import shutil
import tempfile

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="livemap-data-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from mapapp.settings import *  # noqa: E402, F403

# Pages in tests need no collected files; a server that tests start has them.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
