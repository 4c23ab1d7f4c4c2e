"""Notes that others leave for the window: ``doorstep lock`` leaves one."""

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal, Slot

from desktop.services.locking import FOLDER_NAME, LOCK
from desktop.services.profiles import ProfileFolder


class NoteWatch(QObject):
    """Watches one profile's folder of notes.

    Signals:
        asked: somebody asks for the lock.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._look)
        self._folder: ProfileFolder | None = None

    def begin(self, folder: ProfileFolder) -> None:
        """Watch this profile; a note from before it was opened is stale."""
        self._folder = folder
        asks = folder.path / FOLDER_NAME
        asks.mkdir(mode=0o700, exist_ok=True)
        (asks / LOCK).unlink(missing_ok=True)
        self._watcher.addPath(str(asks))

    def end(self) -> None:
        """Nothing is open."""
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._folder = None

    @Slot()
    def _look(self) -> None:
        if self._folder is None:
            return
        note = self._folder.path / FOLDER_NAME / LOCK
        if note.exists():
            note.unlink(missing_ok=True)
            self.asked.emit()
