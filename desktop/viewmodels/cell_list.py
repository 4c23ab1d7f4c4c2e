"""The model behind the picture of a building: a list of doors, each a sentence to those who hear
the screen."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.cells import Cell, cell_data

Index = QModelIndex | QPersistentModelIndex


class CellListModel(QAbstractListModel):
    """Shows immutable cells, in reading order."""

    _cells: tuple[Cell, ...] = ()

    def replace(self, cells: Iterable[Cell]) -> None:
        """Show ``cells`` instead. Where every door stands as before, only those that changed are
        told of, and the place in the picture is kept."""
        fresh, former = tuple(cells), self._cells
        if [_spot(cell) for cell in fresh] != [_spot(cell) for cell in former]:
            self.beginResetModel()
            self._cells = fresh
            self.endResetModel()
            return
        self._cells = fresh
        for at, (now, before) in enumerate(zip(fresh, former, strict=True)):
            if now != before:
                self.dataChanged.emit(self.index(at), self.index(at))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Qt's count of rows; a list has no children."""
        return 0 if parent.isValid() else len(self._cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What ``cells.cell_data`` says of the door."""
        return cell_data(self._cells[index.row()], role) if index.isValid() else None


def _spot(cell: Cell) -> tuple[str, int, int]:
    return cell.key, cell.row, cell.column
