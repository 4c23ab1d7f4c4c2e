"""A process that writes one picture anew: bytes in, bytes out, and an end if it is no picture.

python -m sync.server.blobs.reencode image/jpeg 20971520 < photo > the same without EXIF
"""

import sys
from io import BytesIO
from math import sqrt
from typing import Final

from PIL import Image, ImageOps

MOST_MEMORY_BYTES: Final = 1024 * 1024 * 1024
MOST_SECONDS: Final = 20
_BEST: Final = 88
_LESS: Final = (75, 60)
_CLOSE: Final = 0.9
"""How near the next try comes to the size that is asked for."""

_NO_MEMORY: Final = 71
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}


def limit_this_process() -> None:
    """So much memory and time and not more, where the system can hold a process to it."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def reencode(content: bytes, media: str, most_pixels: int, most_bytes: int) -> bytes:
    """The picture turned upright and written anew, smaller or plainer where it would be larger
    than ``most_bytes``. Raises OSError, ValueError or MemoryError."""
    kind = _FORMATS[media]
    with Image.open(BytesIO(content), formats=[kind]) as opened:
        if opened.width * opened.height > most_pixels:
            raise ValueError("pixels")
        upright = _in_bytes(ImageOps.exif_transpose(opened))
        has_alpha = kind == "PNG" and upright.has_transparency_data
        shown = upright.convert("RGBA" if has_alpha else "RGB")
    # Of its points alone: whatever the file said beside them stays behind.
    bare = Image.frombytes(shown.mode, shown.size, shown.tobytes())
    return _at_most(bare, kind, most_bytes)


def _in_bytes(image: Image.Image) -> Image.Image:
    """The greys of 16 bits as greys of 8: a plain conversion cuts them off, and all is white."""
    if not image.mode.startswith("I"):
        return image
    wide = image.convert("I")
    # It names a grey of 16 bits, which none of the picture's is any more.
    wide.info.pop("transparency", None)
    return wide.point(lambda grey: grey * (1 / 256)).convert("L")


def _at_most(image: Image.Image, kind: str, most_bytes: int) -> bytes:
    """The picture as a file of at most so many bytes: less exact first, then with fewer points."""
    written, quality = _file_of(image, kind, _BEST), _BEST
    for quality in _LESS if kind == "JPEG" else ():
        if len(written) <= most_bytes:
            return written
        written = _file_of(image, kind, quality)
    while len(written) > most_bytes:
        if min(image.size) == 1:
            raise ValueError("bytes")
        scale = _CLOSE * sqrt(most_bytes / len(written))
        image = image.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))))
        written = _file_of(image, kind, quality)
    return written


def _file_of(image: Image.Image, kind: str, quality: int) -> bytes:
    written = BytesIO()
    image.save(written, kind, quality=quality)
    return written.getvalue()


def main(arguments: list[str]) -> None:
    """Read, write, or end with an error and no word of what was in it: with ``NO_PICTURE`` if it
    is none, with another where this machine could not do it."""
    from sync.server.blobs.pictures import MOST_PIXELS, NO_PICTURE

    limit_this_process()
    media, most_bytes = arguments
    content = sys.stdin.buffer.read()
    try:
        done = reencode(content, media, MOST_PIXELS, int(most_bytes))
    except MemoryError:
        sys.exit(_NO_MEMORY)
    except Exception:  # noqa: BLE001  # Whatever is wrong with it, it is no picture for anybody.
        sys.exit(NO_PICTURE)
    sys.stdout.buffer.write(done)


if __name__ == "__main__":
    main(sys.argv[1:])
