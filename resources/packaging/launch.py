"""Where the packaged app starts: the newest version that is here, by the ``doorstep`` command."""

import sys
from pathlib import Path

from desktop.versions import start_newer

start_newer(Path(sys.executable), sys.argv[1:])

from desktop.cli import main  # noqa: E402  (A newer version needs nothing of this one's.)

main()
