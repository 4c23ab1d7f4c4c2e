"""Where the packaged server starts: the same door as the ``doorstep-server`` command."""

import multiprocessing

from sync.server.cli import main

if __name__ == "__main__":
    # In a bundle each worker process of --workers is this program, started again.
    multiprocessing.freeze_support()
    main()
