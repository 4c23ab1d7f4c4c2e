"""What kind of computer this is, as releases and IT's list of computers name it."""

import platform


def this_platform() -> str:
    """System and processor, such as linux-x86_64."""
    return f"{platform.system()}-{platform.machine()}".lower()
