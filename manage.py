#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    """Run one management command; a setting that cannot be used is one sentence, exit 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapapp.settings")
    from django.core.management import execute_from_command_line

    from mapapp.conf.env import BadSetting

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
