"""The model behind every list of rows."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.rows import Row, RowKind, first_item, row_data

Index = QModelIndex | QPersistentModelIndex


class RowListModel(QAbstractListModel):
    """Shows immutable rows. A page replaces them all; nobody edits a row in place."""

    _rows: tuple[Row, ...] = ()

    def replace(self, rows: Iterable[Row]) -> None:
        """Show ``rows`` instead. When only their words changed, the place in the list is kept;
        where nothing did, the view need not lay out anything again."""
        fresh = tuple(rows)
        if fresh == self._rows:
            return
        if [_shape(row) for row in fresh] == [_shape(row) for row in self._rows]:
            self._rows = fresh
            if fresh:
                self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def row_at(self, position: int) -> Row:
        """The row at ``position``, which must exist."""
        return self._rows[position]

    def position_of(self, key: str) -> int:
        """Where the row with ``key`` stands, or -1."""
        return next((i for i, row in enumerate(self._rows) if row.key == key), -1)

    def first_item(self) -> int:
        """Where the first row that can be worked on stands, or -1."""
        return first_item(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Qt's count of rows; a list has no children."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What ``rows.row_data`` says of the row."""
        return row_data(self._rows[index.row()], role) if index.isValid() else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A group header is read, not chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._rows[index.row()].kind is RowKind.GROUP:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _shape(row: Row) -> tuple[str, RowKind]:
    return row.key, row.kind
