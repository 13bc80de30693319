"""XML from strangers: what it may not do, and that it costs no time to find out."""

import time
from pathlib import Path

import pytest
from kg.loaders import _xml
from lxml import etree

from tests.hostile import offline

SECONDS = 2
DEEP = 1_000_000
TEN_TIMES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
DECLARED = "a document type declaration"


def utf16(text: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


# name: the file, and what is to be said of it
REFUSED = {
    "a billion laughs": (f'<!DOCTYPE a [<!ENTITY a0 "ha">{TEN_TIMES}]><a>&a11;</a>'.encode(), DECLARED),
    "laughs in an attribute": (f'<!DOCTYPE a [<!ENTITY a0 "ha">{TEN_TIMES}]><a b="&a11;"/>'.encode(), DECLARED),
    "laughs in UTF-16": (utf16(f'<!DOCTYPE a [<!ENTITY a0 "ha">{TEN_TIMES}]><a>&a11;</a>'), DECLARED),
    "a quadratic blowup": (
        f'<!DOCTYPE a [<!ENTITY b "{"b" * 50_000}">]><a>{"&b;" * 50_000}</a>'.encode(),
        DECLARED,
    ),
    "a declaration behind a long comment": (b"<!--" + b"-!" * 500_000 + b"--><!DOCTYPE a><a/>", DECLARED),
    "a declaration alone": (b"\xef\xbb\xbf<!DOCTYPE a>\n<a/>", DECLARED),
    "an entity on the network": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "http://192.0.2.1/b">]><a>&b;</a>',
        DECLARED,
    ),
    "a DTD on the network": (b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>', DECLARED),
    "a parameter entity": (b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://192.0.2.1/b"> %b;]><a/>', DECLARED),
    "an entity that nobody defined": (b"<a>&b;</a>", "Entity 'b' not defined"),
    "a million levels": (b"<a>" * DEEP, "Excessive depth"),
    "a million levels, all closed": (b"<a>" * DEEP + b"</a>" * DEEP, "Excessive depth"),
    "a text of eleven million characters": (b"<a>" + b"b" * 11_000_000 + b"</a>", "limit exceeded"),
    "an attribute of eleven million": (b'<a b="' + b"b" * 11_000_000 + b'"/>', "limit exceeded"),
    "a NUL": (b"<a>\0</a>", "Invalid character"),
    "a NUL before all": (b"\0<a/>", "not XML"),
    "half of a UTF-16 pair": (b"<a>&#xD800;</a>", "invalid xmlChar"),
    "Latin-1 that says nothing": ("<a>é</a>".encode("latin-1"), "Invalid bytes"),
    "UTF-8 that says UTF-16": (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "encoding"),
    "UTF-16 without a mark": ("<a/>".encode("utf-16-le"), "not XML"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4APA-a/+AD4-', "multi-byte"),
    "an encoding that is a compression": (b'<?xml version="1.0" encoding="zlib"?><a/>', "not a text encoding"),
    "an encoding that is none": (b'<?xml version="1.0" encoding="nonsense"?><a/>', "unknown encoding"),
    "nothing": (b"", "no element found"),
    "something else": (b'{"a": 1}', "not XML"),
    "two roots": (b"<a/>\n<a/>", "Extra content"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, why = REFUSED[name]
    start = time.monotonic()
    with offline():
        found = _xml.parsed(data, "some/file.xml")
    assert time.monotonic() - start < SECONDS
    assert (found.code, found.path) == ("bad-record", "some/file.xml")
    assert why in found.message
    assert "\n" not in found.message


def test_a_file_of_this_machine_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("<b>secret</b>")
    place = (tmp_path / "secret").as_uri()
    bomb = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{place}">]>\n<a>&b;</a>'
    assert _xml.parsed(bomb.encode(), "f.xml").message.startswith(DECLARED)
    include = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{place}"/></a>'
    assert b"secret</b>" not in etree.tostring(_xml.parsed(include.encode(), "f.xml"))


def test_the_line_of_a_fault_is_named() -> None:
    assert _xml.parsed(b"<a>\n<b>\n</a>", "f.xml").line == 3
    assert _xml.parsed(b"\n\n<!DOCTYPE a>\n<a/>", "f.xml").line == 3


TEXT = "é\u0430\U0001f973"


@pytest.mark.parametrize(
    "data",
    [
        f"<a>{TEXT}</a>".encode(),
        f"\ufeff<a>{TEXT}</a>".encode(),
        utf16(f"<a>{TEXT}</a>"),
        f'<?xml version="1.1" encoding="UTF-8"?><a>{TEXT}</a>'.encode(),
        f'<?xml version="1.0" encoding="windows-1251"?><a>&#233;{TEXT[1]}&#x1f973;</a>'.encode("windows-1251"),
        f'<?xml-stylesheet href="http://192.0.2.1/"?><!-- a --><a>{TEXT[0]}<!-- b --><?c d?>{TEXT[1:]}</a>'.encode(),
    ],
)
def test_text_is_read_whatever_its_encoding(data: bytes) -> None:
    with offline():
        root = _xml.parsed(data, "f.xml")
    assert (root.tag, "".join(root.itertext())) == ("a", TEXT)


def test_many_elements_and_attributes_cost_little() -> None:
    start = time.monotonic()
    wide = b"<a " + b" ".join(b'b%d="" xmlns:c%d="c"' % (n, n) for n in range(50_000)) + b">" + b"<b/>" * DEEP + b"</a>"
    assert len(_xml.parsed(wide, "f.xml")) == DEEP
    assert time.monotonic() - start < SECONDS
