"""Starts Qt without a screen and names what it lacks: run by ``qt-libs.sh``, never shipped."""

import sys


def lacking() -> str:
    """The first thing Qt lacks on this computer, in words; empty when it is ready."""
    try:
        from PySide6.QtGui import QFontDatabase, QGuiApplication
        from PySide6.QtWidgets import QApplication  # noqa: F401 - loading it is the probe
    except ImportError as error:
        return str(error).split(":")[0]
    app = QGuiApplication(sys.argv)
    fonts = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    app.quit()
    return "" if fonts else "a-Chinese-font"


sys.stdout.write(lacking())
