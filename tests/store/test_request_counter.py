"""Each number once, whatever is killed, torn or copied."""

from sync.store.request_counter import BLOCK, FILE_NAME, RequestCounter


def numbers(counter: RequestCounter, how_many: int) -> list[int]:
    return [counter.next() for _ in range(how_many)]


def test_none_comes_twice_after_a_kill(tmp_path):
    """Whoever starts anew leaves out what the former process may have used."""
    told = [number for _ in range(5) for number in numbers(RequestCounter(tmp_path), BLOCK + 3)]

    assert told == sorted(set(told))


def test_a_line_that_was_torn_leaves_the_other(tmp_path):
    """Cut anywhere in the write that came last, the numbers before it stay used."""
    file = tmp_path / FILE_NAME
    numbers(RequestCounter(tmp_path), BLOCK + 1)
    before = file.read_bytes()
    numbers(RequestCounter(tmp_path), 1)
    after = file.read_bytes()

    changed = [at for at, byte in enumerate(after) if byte != before[at]]
    for cut in range(changed[0], changed[-1] + 2):
        file.write_bytes(after[:cut] + before[cut:])
        assert RequestCounter(tmp_path).next() > 2 * BLOCK


def test_two_copies_of_a_disk_tell_the_same_number(tmp_path):
    """That is how the server finds them."""
    numbers(RequestCounter(tmp_path), 3)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / FILE_NAME).write_bytes((tmp_path / FILE_NAME).read_bytes())

    assert RequestCounter(copy).next() == RequestCounter(tmp_path).next()
