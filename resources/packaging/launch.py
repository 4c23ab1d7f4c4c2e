"""Where the packaged app starts: the same door as the ``doorstep`` command."""

import sys

from desktop.cli import main

sys.exit(main())
