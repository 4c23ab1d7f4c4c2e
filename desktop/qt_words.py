"""The words of Qt's own dialogs, to keep a file or to print, where the system lends none of its."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

_NAME: Final = "qt-words"


def speak_in_dialogs(language: str) -> None:
    """Have Qt's own dialogs speak ``language`` from the next one on; where Qt has no words in it,
    English, in which Qt is written."""
    application = QCoreApplication.instance()
    assert application is not None
    former: QTranslator
    for former in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(former)
        former.deleteLater()
    translator = QTranslator(application)
    translator.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        application.installTranslator(translator)
