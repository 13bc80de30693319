"""Which inputs a path means: folders, zip files, patterns; what stands beside one; and archives that mean harm."""

import copy
import io
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import archives
from kg.errors import Problem, UsageError
from kg.loading import Report, read
from kg.sources import Source, Stdin, find, unreadable

CASES = Path(__file__).parent / "data/brat"

FOLDERS = ("", "sub", "sub/deep er", "sub.d", "Süd", "__MACOSX", ".git")
FILES = ("a.ann", "a.txt", "a.article.json", "a b.ann", "a b.txt", "a.b.ann", "a.b.txt", "é\u0301.ann", "x", ".a.ann")
TREES = st.dictionaries(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(FILES)), st.binary(max_size=3), max_size=12)
BESIDE = (
    *("a.ann", "a.txt", "none", "sub", "", ".", "./a.txt", "sub/a.txt", "sub//a.txt", "../a.txt", "../sub/a.txt"),
    *("../../a.txt", "sub/../../a.txt", "/a.txt", "C:a.txt", "C:\\a.txt", "\\\\host\\a.txt", "a\0.txt", "\ud800", "~"),
    "a/" * 5000,
)


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def pack(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def ids(*paths: Path | str) -> list[str]:
    return [source.article for source in find([str(path) for path in paths]) if isinstance(source, Source)]


def taken(*paths: Path | str) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """All that can be read, by name, and the code and place of each problem."""
    data: dict[str, bytes] = {}
    problems = []
    for source in find([str(path) for path in paths]):
        if isinstance(source, Problem):
            problems.append(source)
            continue
        try:
            with source.open() as stream:
                data[source.name] = stream.read()
        except OSError as error:
            problems.append(unreadable(error, source.name))
    assert all(found.message and "None" not in found.message for found in problems)
    return data, [(found.code, found.path or "") for found in problems]


def seen(path: Path) -> list[object]:
    """All that a loader can learn from the sources of a path, their names without the path."""

    def tried(ask: Callable[[str], bytes | None], beside: str) -> object:
        try:
            return ask(beside)
        except ValueError:
            return "refused"

    known: list[object] = []
    for source in find([str(path)]):
        assert isinstance(source, Source), source
        assert source.companions == set()
        with source.open() as stream:
            lines = list(stream)
        siblings = [source.sibling(suffix) for suffix in (".txt", ".article.json", ".ann")]
        found = [(tried(source.beside, beside), source.has(beside)) for beside in BESIDE]
        assert all(has is isinstance(beside, bytes) for beside, has in found)
        companions = sorted(name.removeprefix(f"{path}/") for name in source.companions)
        name = source.name.removeprefix(f"{path}/")
        known.append((name, source.file_name, source.article, source.given, lines, siblings, found, companions))
    return known


@given(TREES)
def test_a_zip_of_a_folder_is_that_folder(tree: dict[tuple[str, str], bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = write(
            Path(name) / "root", {f"{folder}/{file}".lstrip("/"): data for (folder, file), data in tree.items()}
        )
        root.mkdir(exist_ok=True)
        shutil.rmtree(root / "__MACOSX", ignore_errors=True)
        packed = Path(shutil.make_archive(name + "/packed", "zip", root))
        with ZipFile(packed, "a") as archive:
            archive.writestr("__MACOSX/sub/a.ann", b"a resource fork")
        assert seen(packed) == seen(root)
        (Path(name) / "outer/in.v2").mkdir(parents=True)
        packed.rename(Path(name) / "outer/in.v2/export.1.ZIP")
        root.rename(Path(name) / "outer/in.v2/export.1")
        outer = Path(name) / "outer"
        within = [article for article in ids(outer) if article.startswith("in.v2/export.1/")]
        assert within == [f"in.v2/export.1/{article}" for article in ids(outer / "in.v2/export.1")] * 2


def test_the_names_and_ids_of_files_in_zips(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    pack(tmp_path / "sub/export.zip", {"z.ann": b"", "in/a.ann": b"", "in.ann": b"", "in/": b""})
    write(tmp_path, {"sub/export.ann": b"", "sub/zz.ann": b""})
    assert ids(tmp_path / "sub/export.zip") == ["in/a", "in", "z"]
    assert ids(tmp_path) == ["sub/export", "sub/export/in/a", "sub/export/in", "sub/export/z", "sub/zz"]
    assert [source.name for source in find([str(tmp_path)]) if isinstance(source, Source)][1:3] == [
        f"{tmp_path}/sub/export.zip/in/a.ann",
        f"{tmp_path}/sub/export.zip/in.ann",
    ]


def test_a_file_in_a_zip_sees_nothing_outside_of_it(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": b"outside", "b.txt": b"outside"})
    pack(tmp_path / "x.zip", {"a.ann": b"", "b.txt": b"inside"})
    (source,) = (found for found in find([str(tmp_path)]) if isinstance(found, Source) and found.file_name == "a.ann")
    assert (source.sibling(".txt"), source.beside("b.txt"), source.has("a.txt")) == (None, b"inside", False)
    assert source.companions == {f"{tmp_path}/x.zip/b.txt"}
    with pytest.raises(ValueError, match="leads out"):
        source.beside("../a.txt")


@pytest.mark.parametrize(
    "path",
    [
        *("/a.txt", "C:a.txt", "C:\\a.txt", "\\a.txt", "\\\\host\\a.txt", "//host/a.txt", "a\0.txt", "\ud800.txt"),
        *("../../a.txt", "../sub/../../a.txt", "x/../../../a.txt", "../.."),
    ],
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"a.txt": b"outside", "root/sub/a.ann": b""})
    pack(tmp_path / "root.zip", {"sub/a.ann": b""})
    for root in (tmp_path / "root", tmp_path / "root.zip"):
        (source,) = (found for found in find([str(root)]) if isinstance(found, Source))
        with pytest.raises(ValueError, match=r"can be no path|is not a relative path|leads out"):
            source.beside(path)
        assert not source.has(path)


def test_sources_outlive_the_search_and_each_other(tmp_path: Path) -> None:
    pack(tmp_path / "x.zip", {"a.ann": b"first\nsecond\n", "b.ann": b"other"})
    sources = [found for found in find([str(tmp_path / "x.zip")]) if isinstance(found, Source)]
    streams = [source.open() for source in sources]
    assert streams[0].readline() == b"first\n"
    del sources
    assert (streams[1].read(), streams[0].read()) == (b"other", b"second\n")
    assert io.TextIOWrapper(streams[0]).read() == ""


def test_a_zip_of_annotated_articles_gives_the_claims_of_the_folder(tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "cases"), "zip", CASES)
    reports = [Report(), Report()]
    claims = [list(read(path, report)) for path, report in zip((CASES, tmp_path / "cases.zip"), reports, strict=True)]
    assert claims[1] == claims[0] != []
    told = [
        [str(found).replace(str(path), "") for found in report.problems]
        + [file.path.replace(str(path), "") for file in report.files]
        + [name.replace(str(path), "") for name in report.ignored]
        for path, report in zip((CASES, tmp_path / "cases.zip"), reports, strict=True)
    ]
    assert told[1] == told[0]


# What stands beside a file on disk.


def test_a_link_beside_a_file_is_followed_within_the_root_only(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"sub/a.ann": b"", "t/a.txt": b"inside"})
    write(tmp_path, {"secret.txt": b"secret", "out/secret.txt": b"secret"})
    (root / "sub/in.txt").symlink_to("../t/a.txt")
    (root / "sub/a.txt").symlink_to("../../secret.txt")
    (root / "sub/out").symlink_to(tmp_path / "out")
    (root / "sub/loop").symlink_to("loop")
    source = next(found for found in find([str(root)]) if isinstance(found, Source))
    assert (source.beside("in.txt"), source.beside("../t/a.txt")) == (b"inside", b"inside")
    assert (source.beside("loop"), source.beside("in.txt/x"), source.sibling(".txt")) == (None, None, None)
    for path in ("a.txt", "out/secret.txt"):
        with pytest.raises(ValueError, match=re.escape(f"{path!r} links to a place outside")):
            source.beside(path)
        assert not source.has(path)
    assert source.companions == {str(root / "sub/in.txt"), str(root / "t/a.txt")}


def test_nothing_stands_beside_standard_input() -> None:
    assert [Stdin().beside(path) for path in ("x", "/etc/passwd")] == [None, None]
    assert (Stdin().has("x"), Stdin().sibling(".txt"), Stdin().file_name, Stdin().companions) == (
        False,
        None,
        "-",
        set(),
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.ann")
    os.mkfifo(tmp_path / "q.zip")
    (tmp_path / "r.ann").symlink_to("p.ann")
    write(tmp_path, {"z.ann": b"read"})
    found = list(find([str(tmp_path)]))
    told = [(item.code, item.path) for item in found if isinstance(item, Problem)]
    assert told == [("unreadable", str(tmp_path / name)) for name in ("p.ann", "q.zip", "r.ann")]
    (source,) = (item for item in found if isinstance(item, Source))
    assert (source.file_name, source.beside("p.ann")) == ("z.ann", None)


# Patterns.


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    names = ("a.ann", "b.ann", "b.txt", ".h.ann", "one/a.ann", "one/deep/c.ann", "two/a.ann", ".git/a.ann", "[x]/1.ann")
    stored = ("x.kg/CURRENT", "x.kg/IDENTITY", "x.kg/LOCK", "x.kg/a.ann")
    root = write(tmp_path / "mine", dict.fromkeys((*names, *stored), b""))
    pack(root / "two/p.zip", {"in/a.ann": b""})
    return root


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.ann", ["a", "b"]),
        ("?.ann", ["a", "b"]),
        ("[!a].*", ["b", "b"]),
        ("*/a.ann", ["one/a", "two/a"]),
        ("on*/../b.ann", ["one/../b"]),
        ("one/*/*.ann", ["deep/c"]),
        ("**/a.ann", ["a", "one/a", "two/a"]),
        ("one/**/c.ann", ["deep/c"]),
        ("**/deep/*", ["one/deep/c"]),
        ("one*", ["one/a", "one/deep/c"]),
        ("two/*.zip", ["p/in/a"]),
        ("[x]/1.ann", ["1"]),
        ("[x]/*.ann", []),
        ("*.kg", []),
        (".*", []),
        ("*.none", []),
        ("none/*.ann", []),
        ("a.ann/*", []),
    ],
)
def test_a_pattern_means_what_matches(mine: Path, pattern: str, expected: list[str]) -> None:
    if expected:
        assert ids(mine / pattern) == expected
    else:
        with pytest.raises(UsageError, match="matches this pattern"):
            ids(mine / pattern)


@pytest.mark.parametrize("pattern", ["**", "*", "**/*", "**/**"])
def test_a_pattern_that_matches_folders_means_each_file_once(mine: Path, pattern: str) -> None:
    assert ids(mine / pattern) == ids(mine)
    assert len(ids(mine)) == 8


def test_a_pattern_is_as_if_the_shell_had_written_out_its_files(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine)
    for folder in ("", "one/", f"{mine}/two/"):
        files = sorted(str(path) for path in Path(folder).glob("*.ann") if not path.name.startswith("."))
        as_shell, by_pattern = list(find(files)), list(find([f"{folder}*.ann"]))
        assert [vars(item) for item in by_pattern] == [vars(item) for item in as_shell]
    with pytest.raises(UsageError, match="there is no such file"):
        ids("none.ann")


def test_a_pattern_follows_no_link(mine: Path, tmp_path: Path) -> None:
    write(tmp_path, {"out/secret.ann": b"secret"})
    (mine / "alias").symlink_to("one")
    (mine / "loop").symlink_to(".")
    (mine / "out").symlink_to(tmp_path / "out")
    (mine / "s.ann").symlink_to(tmp_path / "out/secret.ann")
    assert ids(mine / "*/a.ann") == ["one/a", "two/a"]
    assert ids(mine / "**/deep/*.ann") == ["one/deep/c"]
    data, problems = taken(mine / "**/*.ann", mine / "*/secret.ann", mine / "ou*")
    assert set(data.values()) == {b""}
    assert problems == [("outside-root", str(mine / name)) for name in ("s.ann", "out/secret.ann", "out")]


# Archives that are damaged or mean harm. Each holds good.ann as well; `x.ann` is the name of what is wrong.


def hostile(path: Path, change: Callable[[ZipFile, ZipInfo], object], content: bytes = b"secret " * 9) -> Path:
    """An archive whose list of members was changed before it was written."""
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.ann", content)
        archive.writestr("good.ann", b"good")
        change(archive, archive.filelist[0])
    return path


def setting(**fields: object) -> Callable[[ZipFile, ZipInfo], object]:
    """A change of what the archive says of x.ann."""

    def change(archive: ZipFile, info: ZipInfo) -> None:
        for name, value in fields.items():
            setattr(info, name, value)

    return change


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../secret.txt",
            "sub/../../secret.txt",
            "/etc/passwd",
            "\\etc\\passwd",
            "..\\secret.txt",
            "C:\\x.ann",
            "c:x.ann",
        ),
        *("\\\\host\\share\\x.ann", "//host/share/x.ann", "sub/..", "sub/../x.ann", "../.hidden"),
    ],
)
def test_a_member_that_leads_out_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_bytes(b"secret")
    path = pack(tmp_path / "h.zip", {name: b"hidden", "good.ann": b"good"})
    assert taken(path) == ({f"{path}/good.ann": b"good"}, [("outside-root", str(path))])
    assert not (tmp_path / "passwd").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_member_that_is_no_file_is_a_problem(tmp_path: Path, kind: int) -> None:
    path = hostile(tmp_path / "h.zip", setting(external_attr=(kind | 0o777) << 16), b"/etc/passwd")
    assert taken(path) == ({f"{path}/good.ann": b"good"}, [("outside-root", str(path))])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (setting(flag_bits=0x1), "is encrypted"),
        (setting(flag_bits=0x40), "is encrypted"),
        (setting(flag_bits=0x20), "patched"),
        (setting(compress_type=9), "is packed by method 9"),
        (setting(compress_type=14), "is packed by method 14"),
        (setting(CRC=1), "Bad CRC-32"),
        (setting(file_size=62), "Bad CRC-32"),
        (setting(file_size=64), "does not unpack to the size"),
        (setting(compress_size=5), "does not unpack|cut short|CRC"),
        (setting(filename="y.ann"), "differ"),
    ],
)
def test_a_damaged_member_is_a_problem_of_its_own(
    tmp_path: Path, change: Callable[[ZipFile, ZipInfo], object], says: str
) -> None:
    path = hostile(tmp_path / "h.zip", change)
    (bad,) = (found for found in find([str(path)]) if isinstance(found, Source) and found.file_name != "good.ann")
    assert taken(path) == ({f"{path}/good.ann": b"good"}, [("bad-archive", bad.name)])
    with pytest.raises(OSError, match=says), bad.open() as stream:
        stream.read()
    good = next(found for found in find([str(path)]) if isinstance(found, Source))
    with pytest.raises(OSError, match=f"^.*{bad.file_name}, which belongs to it") as caught:
        good.beside(bad.file_name)
    assert unreadable(caught.value, good.name).path == good.name
    assert good.companions == set()


def twice(archive: ZipFile, info: ZipInfo) -> None:
    """Lists a member a second time, as an archive does that unpacks the same bytes again and again."""
    archive.filelist.append(copy.copy(info))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (twice, "overlap"),
        (setting(compress_size=200), "overlap"),
        (lambda archive, info: setattr(archive.filelist[1], "compress_size", 1 << 31), "ends before its members do"),
        (setting(extract_version=99), "9.9"),
    ],
)
def test_an_archive_that_contradicts_itself_is_not_read(
    tmp_path: Path, change: Callable[[ZipFile, ZipInfo], object], says: str
) -> None:
    path = hostile(tmp_path / "h.zip", change)
    (found,) = find([str(path)])
    assert isinstance(found, Problem)
    assert (found.code, found.path) == ("bad-archive", str(path))
    assert says in found.message


@pytest.mark.parametrize("cut", [0, 1, 30, 100, -1])
def test_what_is_no_zip_file_is_a_problem_and_its_neighbours_are_read(tmp_path: Path, cut: int) -> None:
    whole = pack(tmp_path / "h.zip", {"x.ann": b"x" * 99, "y.ann": b"y"}).read_bytes()
    (tmp_path / "h.zip").write_bytes(whole[:cut])
    write(tmp_path, {"a.ann": b"a", "z.ann": b"z"})
    data, problems = taken(tmp_path)
    assert data == {str(tmp_path / "a.ann"): b"a", str(tmp_path / "z.ann"): b"z"}
    assert problems == [("bad-archive", str(tmp_path / "h.zip"))]


def test_of_two_members_with_one_name_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "h.zip"
    with ZipFile(path, "w") as archive:
        for name, data in (("sub/x.ann", b"1"), ("y.ann", b"2"), ("sub//x.ann", b"3"), ("sub\\x.ann", b"4")):
            archive.writestr(name, data)
    expected = {f"{path}/sub/x.ann": b"1", f"{path}/y.ann": b"2"}
    assert taken(path) == (expected, [("bad-archive", str(path))] * 2)


def test_a_member_without_a_name_is_a_problem(tmp_path: Path) -> None:
    path = pack(tmp_path / "h.zip", {".": b"1", "xQ.ann": b"2", "good.ann": b"good"})
    path.write_bytes(path.read_bytes().replace(b"xQ.ann", b"x\0.ann"))
    assert taken(path) == ({f"{path}/good.ann": b"good"}, [("bad-archive", str(path))] * 2)


def test_names_in_zips_are_decoded_as_their_flag_says(tmp_path: Path) -> None:
    path = pack(tmp_path / "h.zip", {"Süd.ann": b"1", "xyz.ann": b"2"})
    path.write_bytes(path.read_bytes().replace(b"xyz", b"\x81yz"))  # ü in the code page of old archives
    assert ids(path) == ["Süd", "üyz"]
    pack(path, {"Süd.ann": b"1"})
    path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xff\xff"))
    assert taken(path) == ({}, [("bad-archive", str(path))])


def test_a_zip_in_a_zip_is_a_file_like_any_other(tmp_path: Path) -> None:
    inner = pack(tmp_path / "inner.zip", {"x.ann": b"x"}).read_bytes()
    path = pack(tmp_path / "h.zip", {"inner.zip": inner})
    assert taken(path) == ({f"{path}/inner.zip": inner}, [])


def test_a_bomb_is_refused_and_what_stands_beside_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "h.zip"
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("x.ann", "w") as member:
            for _ in range(300):
                member.write(bytes(1 << 20))
        archive.writestr("good.ann", b"good")
    assert path.stat().st_size < 1 << 20
    assert taken(path) == ({f"{path}/good.ann": b"good"}, [("too-large", f"{path}/x.ann")])
    with ZipFile(path, "a") as archive:
        archive.filelist[0].file_size = 1000  # a lie: then no more than that is unpacked
        archive.writestr("other.ann", b"other")
    data, problems = taken(path)
    assert data == {f"{path}/good.ann": b"good", f"{path}/other.ann": b"other"}
    assert problems == [("bad-archive", f"{path}/x.ann")]


def test_no_more_is_read_than_was_promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []

    class More(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            reads.append(size)
            return super().read(size)

    path = pack(tmp_path / "h.zip", {"x.ann": b"12345"})
    monkeypatch.setattr(ZipFile, "open", lambda archive, info: More(bytes(1 << 20)))
    assert taken(path) == ({}, [("bad-archive", f"{path}/x.ann")])
    assert len(reads) == 1


def test_many_small_bombs_are_one_large_one(tmp_path: Path) -> None:
    path = tmp_path / "h.zip"
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            with archive.open(f"{number}.ann", "w") as member:
                for _ in range(60):
                    member.write(bytes(1 << 20))
    assert taken(path) == ({}, [("too-large", str(path))])


@pytest.mark.parametrize(
    ("limit", "value", "refused"),
    [("MEMBERS", 2, ""), ("DIRECTORY_BYTES", 150, ""), ("ARCHIVE_BYTES", 29, ""), ("MEMBER_BYTES", 9, "/0.ann")],
)
def test_every_limit_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, refused: str
) -> None:
    path = pack(tmp_path / "h.zip", {f"{number}.ann": b"0123456789" for number in range(3)})
    assert len(taken(path)[0]) == 3
    monkeypatch.setattr(archives, limit, value)
    _, problems = taken(path)
    assert problems[0] == ("too-large", f"{path}{refused}")


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=3))
def test_a_zip_with_wrong_bytes_gives_its_files_or_problems(changes: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = pack(Path(name) / "h.zip", {"a.ann": b"abc" * 30, "sub/b.ann": b"b" * 50})
        data = bytearray(path.read_bytes())
        for place, value in changes:
            data[place % len(data)] = value
        path.write_bytes(data)
        kept, problems = taken(path)
        assert kept or problems or not list(find([str(path)]))
        whole = {b"abc" * 30, b"b" * 50}
        assert set(kept.values()) <= whole | {b""}
        assert all(PurePosixPath(found).is_relative_to(str(path)) for found in kept)
