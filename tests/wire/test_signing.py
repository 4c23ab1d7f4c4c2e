"""A signature holds for one request of one computer, and for nothing like it."""

from itertools import count

import pytest

from sync.wire.signing import Signer, new_key, public_of, signed_of

PATH = "/v1/snapshot/grid%3Ag/1/0"
DECODED = "/v1/snapshot/grid:g/1/0"


@pytest.fixture
def signer():
    return Signer(new_key(), count(7).__next__)


def test_it_fits_its_own_request_however_a_proxy_writes_the_path(signer):
    made = signed_of(signer.header("token", "GET", PATH, b""))

    assert made.count == 7
    assert made.fits(public_of(signer.key), "token", "GET", DECODED)


def test_it_fits_no_other(signer):
    """Another token, method, path, key; and a number, nonce or body that was exchanged."""
    header = signer.header("token", "GET", PATH, b"")
    public = public_of(signer.key)

    asked = [
        (header, public, "other", "GET", DECODED),
        (header, public, "token", "PUT", DECODED),
        (header, public, "token", "GET", f"{DECODED}1"),
        (header, public_of(new_key()), "token", "GET", DECODED),
    ]
    for part in range(3):
        pieces = header.split(".")
        pieces[part] = signer.header("token", "GET", PATH, b"more").split(".")[part]
        asked.append((".".join(pieces), public, "token", "GET", DECODED))

    assert not any(signed_of(text).fits(*rest) for text, *rest in asked)


def test_the_same_request_again_has_another_mark(signer):
    """Two copies that ask for the same thing are told apart."""
    twin = Signer(signer.key, count(7).__next__)

    marks = {signed_of(one.header("t", "GET", "/v1/hello", b"")).mark for one in (signer, twin)}

    assert len(marks) == 2


@pytest.mark.parametrize(
    "header", ["", "1", "a.b.c.d", "-1.b.c.AA==", "01.b.c.AA==", "0.b.c.AA==", f"{2**53}.b.c.AA==",
               "1.b.c.é", "9" * 400, "1.b.c.A"],
)  # fmt: skip
def test_what_is_none_is_read_as_none(header):
    assert signed_of(header) is None
