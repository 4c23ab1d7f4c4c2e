"""A process that writes one picture anew: bytes in, bytes out, and an end if it is no picture.

python -m sync.server.blobs.reencode image/jpeg < photo > the same without EXIF
"""

import sys
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

MOST_MEMORY_BYTES: Final = 1024 * 1024 * 1024
MOST_SECONDS: Final = 20
_QUALITY: Final = 88
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}


def limit_this_process() -> None:
    """So much memory and time and not more, where the system can hold a process to it."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


def reencode(content: bytes, media: str, most_pixels: int) -> bytes:
    """The picture turned upright and written anew. Raises OSError, ValueError or MemoryError."""
    kind = _FORMATS[media]
    with Image.open(BytesIO(content), formats=[kind]) as opened:
        if opened.width * opened.height > most_pixels:
            raise ValueError("pixels")
        upright = ImageOps.exif_transpose(opened)
        has_alpha = kind == "PNG" and upright.has_transparency_data
        shown = upright.convert("RGBA" if has_alpha else "RGB")
    # Of its points alone: whatever the file said beside them stays behind.
    bare = Image.frombytes(shown.mode, shown.size, shown.tobytes())
    written = BytesIO()
    bare.save(written, kind, quality=_QUALITY)
    return written.getvalue()


def main() -> None:
    """Read, write, or end with an error and no word of what was in it."""
    from sync.server.blobs.pictures import MOST_PIXELS

    limit_this_process()
    try:
        done = reencode(sys.stdin.buffer.read(), sys.argv[1], MOST_PIXELS)
    except Exception:  # noqa: BLE001  # Whatever is wrong with it, it is no picture for anybody.
        sys.exit(1)
    sys.stdout.buffer.write(done)


if __name__ == "__main__":
    main()
