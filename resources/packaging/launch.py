"""Where the packaged app starts: the same door as the ``doorstep`` command."""

from desktop.cli import main

main()
