"""The pages of a window, each made when it is first wanted, or before that while nobody waits."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from desktop.page import Page

Maker = Callable[[], Page]


class Shelf(Mapping[str, Page]):
    """Every page by its key. To make all of them at once kept a person waiting half a second
    longer for the first one, and each that nobody opens is memory."""

    def __init__(
        self, makers: Mapping[str, Maker], firsts: Mapping[str, Callable[[], None]] | None = None
    ) -> None:
        """``firsts`` make ahead the largest part of a page that takes longer than a frame."""
        self._makers = dict(makers)
        self._firsts = dict(firsts or {})
        self._made: dict[str, Page] = {}
        self._bare: dict[str, Page] = {}
        self._welcome: Callable[[Page], None] = _nothing

    @classmethod
    def of(cls, pages: Iterable[Page]) -> "Shelf":
        """Pages that are made already."""
        return cls({page.KEY: partial(_itself, page) for page in pages})

    def welcome_with(self, welcome: Callable[[Page], None]) -> None:
        """Who takes each page into the window, once it is made."""
        self._welcome = welcome

    def __getitem__(self, key: str) -> Page:
        """The page, made now if need be."""
        if key not in self._made:
            page = self._bare.pop(key, None) or self._makers[key]()
            self._made[key] = page
            self._welcome(page)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        """Whether there is such a page; asking makes none."""
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        """The keys, of pages that are not made yet too."""
        return iter(self._makers)

    def __len__(self) -> int:
        """How many there are, made or not."""
        return len(self._makers)

    def made(self) -> frozenset[str]:
        """The keys of those that are in the window."""
        return frozenset(self._made)

    def step(self, wanted: Collection[str]) -> bool:
        """A part of the way of one of the ``wanted`` pages into the window: to make what takes
        longest, to make the page, or to take it in, each of which may take as long as a frame
        does. False where all are there."""
        if self._bare:
            return bool(self[next(iter(self._bare))])
        key = next((key for key in self._makers if key in wanted and key not in self._made), None)
        if key is None:
            return False
        first = self._firsts.pop(key, None)
        if first is not None:
            first()
        else:
            self._bare[key] = self._makers[key]()
        return True


def _itself(page: Page) -> Page:
    return page


def _nothing(page: Page) -> None:
    pass
