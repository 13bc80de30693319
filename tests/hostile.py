"""Claims of hostile texts, and what must become of them."""

import json
import re
import socket
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph
import pytest

import kg
from kg import entities, loading, ontology
from kg.claim import Article, Claim, Entity, new
from kg.stores.oxigraph import OxigraphStore
from kg.triples import SYNTAXES
from tests.payloads import LONG, NAMES, SHORT

HERE = {None, "127.0.0.1", "::1", "localhost"}
ROLES = ("subject", "object", "attributed_to")
# What steers a terminal, or turns the direction of the text around it.
CONTROL = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
FILE_NAMES = {name: text for name, text in SHORT.items() if not {"/", "\0"} & set(text)}


@contextmanager
def offline() -> Iterator[None]:
    """Whoever calls another host fails the test; a store may have a server on this one."""

    def guarded(call: Callable[..., Any], host: Callable[..., object]) -> Callable[..., Any]:
        def only_here(*arguments: Any, **options: Any) -> Any:
            if host(*arguments) not in HERE:
                pytest.fail(f"{host(*arguments)} was called")
            return call(*arguments, **options)

        return only_here

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            call = getattr(socket.socket, name)
            # A socket of this machine's own has a path for its address.
            patch.setattr(socket.socket, name, guarded(call, lambda _, to: to[0] if isinstance(to, tuple) else None))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, name, guarded(getattr(socket, name), lambda host, *_: host))
        yield


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """The text as brat and tables have it: on one line, one blank between words."""
    return " ".join(text.split())


def described(text: str) -> dict[str, Any]:
    return {"id": text, "name": text, "written": text, "same_as": [text], "kind": "State"}


def record(text: str) -> dict[str, Any]:
    """A record with the text in every field that takes any text."""
    return {
        **{role: described(text if role == "subject" else f"{text} {role}") for role in ROLES},
        "relation": "arms",
        "article": dict.fromkeys(Article.__struct_fields__, text) | {"published": "2016-10-12"},
        **{"begin": 0, "end": len(text), "quote": text, "marks": [[0, 1, "subject"]]},
        **{"row": text, "annotator": text},
    }


def replaced(record: dict[str, Any], place: tuple[str, ...], value: object) -> dict[str, Any]:
    first, *rest = place
    return record | {first: {**record[first], rest[0]: value} if rest else value}


def unresolved(text: str) -> dict[str, Any]:
    """The same in an article of its own, and nobody has an id."""
    made = replaced(record(text), ("article", "id"), f"{text} again")
    return made | {role: {**made[role], "id": "", "same_as": [f"{role}:{text}"]} for role in ROLES}


def wanted(record: dict[str, Any]) -> Claim:
    """The claim that a record must become: its names in NFC, an id for whom it gives none, all else as it is."""
    made = dict(record)
    for part in ("article", *ROLES):
        made[part] = {key: nfc(value) if isinstance(value, str) else value for key, value in made[part].items()}
        if part in ROLES:
            made[part]["id"] = made[part]["id"] or entities.slug(made[part]["name"])
    return msgspec.convert(made, Claim)


def without_id(claim: Claim) -> Claim:
    return msgspec.structs.replace(claim, id="")


def in_order(claims: Any) -> list[Claim]:
    return sorted(claims, key=lambda claim: claim.id)


def lines(records: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in records)


def read(path: Path) -> tuple[list[Claim], list[kg.Problem]]:
    report = loading.Report()
    return list(loading.read(path, report)), report.problems


def zipped(folder: Path) -> Path:
    packed = folder.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return packed


def all_read(folder: Path) -> list[Claim]:
    """Claims with each text in every field, with ids of their own and without, as they are read from JSON lines."""
    path = folder / "x.claims.jsonl"
    records = [make(text) for text in NAMES.values() for make in (record, unresolved)]
    path.write_text(lines(records), encoding="utf-8")
    claims, problems = read(path)
    assert {problem.code for problem in problems} == {"control-character"}
    assert [without_id(claim) for claim in claims] == [wanted(each) for each in records]
    assert read(zipped(folder))[0] == claims
    return in_order(claims)


def all_short(claims: list[Claim]) -> list[Claim]:
    """Those without the very long texts."""
    return [claim for claim in claims if len(claim.row or "") < LONG / 2]


def asked(text: str) -> list[Claim]:
    article = Article(text, text, text, "2016-10-12", text, text, text)
    one, other = Entity(entities.slug(nfc(text)), text, "State", text), Entity("other", "Other", "State", "Other")
    fields: dict[str, Any] = {"quote": text, "begin": 0, "end": len(text)}
    return [
        new(one, "arms", other, article, row=text, **fields),
        new(other, "meets", one, article, modality="planned", attributed_to=one),
        new(other, "attacks", one, article, negated=True, annotator=text),
    ]


def opened(data: bytes, format: str) -> OxigraphStore:
    engine = pyoxigraph.Store()
    engine.load(data, getattr(pyoxigraph.RdfFormat, SYNTAXES[f".{format}"]))
    return OxigraphStore("memory:", engine, ontology.load(), read_only=True)
