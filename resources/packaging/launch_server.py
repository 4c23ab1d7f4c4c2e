"""Where the packaged server starts: the same door as the ``doorstep-server`` command."""

import multiprocessing
import sys

from sync.server.blobs.pictures import REENCODE


def start(arguments: list[str]) -> None:
    """The server's command line, or the writing of one picture where it is itself asked for it."""
    if arguments[:1] == [REENCODE]:
        # Without the server around it: its memory is counted.
        from sync.server.blobs.reencode import main as reencode

        reencode(arguments[1:])
        return
    from sync.server.cli import main

    main()


if __name__ == "__main__":
    # In a bundle each worker process of --workers is this program, started again.
    multiprocessing.freeze_support()
    start(sys.argv[1:])
