"""What `kg init` writes: it loads as it is, says every term of the ontology, and never overwrites."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from kg import loading, starter
from kg.claim import MODALITIES, Claim
from kg.cli import main
from kg.errors import UsageError
from kg.ontology import Ontology, load
from kg.stores import open_store

FILES = ["claims.csv", "example.txt", "example.article.json", "annotation.conf", "visual.conf", "label-studio.xml"]
FILES += ["README.md"]

# Names that brat gives a meaning of its own, or that no macro of it may have; texts that are no good XML.
EXTENSION = r"""
@prefix my: <https://my.example/terms#> . @prefix kg: <https://diplograph.example/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
my:ANY a owl:Class ; rdfs:subClassOf my:Fleet2 , kg:ArmedForce ; rdfs:label "<ANY> | \t\n[events]" .
my:Fleet2 a owl:Class ; rdfs:subClassOf kg:ArmedForce ; rdfs:label "f" ; rdfs:comment "a \"<b>&amp;\u0001\n]]>" .
my:Wire a owl:Class ; rdfs:subClassOf kg:Article , kg:MediaOrganization ; rdfs:label "w" .
my:Time a owl:Class ; rdfs:subClassOf kg:Event ; rdfs:label "$text" .
my:escorts a owl:ObjectProperty ; rdfs:subPropertyOf kg:backsMilitarily ;
    rdfs:domain my:ANY ; rdfs:range my:Fleet2 ; rdfs:label "escorts, Arg1:<ANY>" .
"""
ONTOLOGIES = {"shipped": load(), "extended": load(EXTENSION)}


@pytest.fixture(params=ONTOLOGIES)
def ontology(request: pytest.FixtureRequest) -> Ontology:
    return ONTOLOGIES[request.param]


def check(folder: Path, ontology: Ontology) -> tuple[list[Claim], loading.Report]:
    """The claims of a folder, and the report on it."""
    report = loading.Report()
    return list(loading.read(folder, report, ontology=ontology)), report


def test_the_folder_loads_without_a_note(tmp_path: Path, ontology: Ontology) -> None:
    written = starter.write(tmp_path / "new/mine", ontology)
    assert [path.name for path in written] == FILES
    claims, report = check(tmp_path / "new/mine", ontology)
    assert not report.problems
    assert [file.path for file in report.files] == [str(tmp_path / "new/mine/claims.csv")]
    plain, attributed, denied = claims
    assert (plain.holds, plain.attributed_to, plain.quote) == (True, None, starter._TEXT.split(" Sudria's")[0])
    assert attributed.attributed_to is not None
    assert attributed.attributed_to.name == "Sudrian foreign ministry"
    assert (denied.negated, denied.object.written) == (True, "them")
    assert ontology.key(denied) == ontology.key(attributed), "one edge, stated and denied"
    assert all(claim.article.publisher == "Harbour Courier (invented)" for claim in claims)
    assert {mark[2] for claim in claims for mark in claim.marks} == {"subject", "relation", "object", "attributed_to"}


def test_a_spreadsheet_can_tell_that_the_table_is_utf_8(tmp_path: Path) -> None:
    starter.write(tmp_path, load())
    assert (tmp_path / "claims.csv").read_bytes().startswith(b"\xef\xbb\xbfsubject,relation,object,")


def test_an_article_of_ones_own_is_one_row_more(tmp_path: Path) -> None:
    starter.write(tmp_path, load())
    (tmp_path / "news.txt").write_text("Westmark bombed Sudria on Monday.", encoding="utf-8")
    header = (tmp_path / "claims.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    cells = {"subject": "Westmark", "relation": "bombs", "object": "Sudria", "article": "news", "publisher": "Own"}
    row = ",".join((cells | {"quote": "bombed Sudria"}).get(column, "") for column in header)
    with (tmp_path / "claims.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    claims, report = check(tmp_path, load())
    assert not report.problems
    assert claims[-1].quote == "Westmark bombed Sudria on Monday."


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=name):
        starter.write(tmp_path, load())
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/example.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match=r"example\.txt"):
        starter.write(tmp_path / "mine", load())
    assert not (tmp_path / "elsewhere").exists()


def test_all_is_written_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "visual.conf":
            raise OSError(28, "No space left on device", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(UsageError, match=r"visual\.conf cannot be written: No space left"):
        starter.write(tmp_path, load())
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="mine cannot be written"):
        starter.write(tmp_path / "mine", load())


# brat's configuration, read by its own rules: sections, macros of one section, a tab a level, ROLE:TYPE|TYPE.

Section = list[tuple[int, str, dict[str, list[str]]]]
RESERVED = {"<ANY>", "<ENTITY>", "<EVENT>", "<OVERLAP>", "<REL-TYPE>", "<OVL-TYPE>"}


def sections(text: str) -> dict[str, Section]:
    """Depth, name and arguments of each line, by section."""
    found: dict[str, Section] = {}
    for block in re.split(r"^(?=\[)", text, flags=re.MULTILINE)[1:]:
        head, *lines = block.splitlines()
        macros: dict[str, str] = {}
        section = found[head.strip("[]")] = []
        for line in lines:
            if macro := re.fullmatch(r"(<[a-zA-Z_-]+>)=(.+)", line):
                assert macro[1] not in RESERVED
                macros[macro[1]] = macro[2]
            elif line.strip() and not line.startswith("#"):
                whole = re.sub(r"<.*?>", lambda match, macros=macros: macros.get(match[0], match[0]), line)
                assert {*re.findall(r"<.*?>", whole)} <= RESERVED, line
                [(indent, name, rest)] = re.findall(r"^(\s*)(\S+)(?:\s+(.*))?$", whole)
                pairs = [re.fullmatch(r"(\S+):(\S+)", part.strip()) for part in rest.split(",") if part]
                section.append((len(indent), name, {pair[1]: pair[2].split("|") for pair in pairs if pair}))
                assert all(pairs), line
    return found


def test_brat_knows_every_term(ontology: Ontology) -> None:
    found = sections(starter.annotation_conf(ontology))
    kinds = [name for _, name, _ in found["entities"]]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {name for name in ontology.classes if ontology.kind(name)} | {"Time"}
    path: list[str] = []
    for depth, name, _ in found["entities"]:
        assert depth <= len(path)
        path[depth:] = [name]
        above = path[:-1]
        assert above == [kind for kind in kinds if kind in above], "a class stands below its own ancestors"
        assert all(kind in ontology.ancestors(name) for kind in above)
    for section in ("relations", "events"):
        names = [name for _, name, _ in found[section]]
        assert [name for name in names if name not in {"<OVERLAP>", "Equiv"}] == list(ontology.relations)
        for _, name, arguments in found[section]:
            ends = {end for role, types in arguments.items() if role[0] != "<" for end in types}
            assert ends <= {*kinds, "<ENTITY>"}, name


def test_what_brat_lets_one_annotate_is_known(tmp_path: Path, ontology: Ontology) -> None:
    """One mention of each class, each relation and event over the first and last that its ends may be."""
    found = sections(starter.annotation_conf(ontology))
    kinds = {name: f"T{number}" for number, (_, name, _) in enumerate(found["entities"], 1)}
    text, lines = "", []
    for name, id in [*kinds.items(), *((name, f"T9{n}") for n, (_, name, _) in enumerate(found["events"]))]:
        lines.append(f"{id}\t{name} {len(text)} {len(text) + len(name)}\t{name}")
        text += f"{name} "
    for number, (_, name, ends) in enumerate(found["relations"][2:]):
        pairs = [(kinds[ends["Arg1"][n]], kinds[ends["Arg2"][n]]) for n in (0, -1)]
        lines += [f"R{2 * number + n}\t{name} Arg1:{one} Arg2:{other}" for n, (one, other) in enumerate(pairs)]
    values = {name: {**ends}.get("Value", [""]) for _, name, ends in found["attributes"]}
    for number, (_, name, ends) in enumerate(found["events"]):
        roles = {re.sub(r"\W", "", role): types for role, types in ends.items()}
        agent, target = (kinds[roles[role][-1]] for role in ("Agent", "Target"))
        lines.append(f"E{number}\t{name}:T9{number} Agent:{agent} Target:{target} Speaker:T1")
        chosen = {attribute: allowed[number % len(allowed)] for attribute, allowed in values.items()}
        lines += [f"A{number}{n}\t{attribute} E{number} {chosen[attribute]}" for n, attribute in enumerate(chosen)]
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "a.article.json").write_text("{}", encoding="utf-8")
    claims, report = check(tmp_path, ontology)
    assert not report.problems
    assert {claim.relation for claim in claims} == set(ontology.relations)
    assert {claim.modality for claim in claims} == set(MODALITIES)
    assert len(claims) == 3 * len(ontology.relations)


def test_brat_draws_every_relation(ontology: Ontology) -> None:
    found = sections(starter.visual_conf(ontology))
    colours = {name: values for _, name, values in found["drawing"]}
    assert set(colours) == {"SPAN_DEFAULT", "ARC_DEFAULT", "ATTRIBUTE_DEFAULT", *ontology.relations}
    assert all(colours[name]["color"] == [term.colour] for name, term in ontology.relations.items())


def test_label_studio_knows_every_term(ontology: Ontology) -> None:
    view = ET.fromstring(starter.label_studio(ontology))
    values = {tag: [each.get("value") for each in view.iter(tag)] for tag in ("Relation", "Label", "Choice")}
    assert values["Relation"] == list(ontology.relations)
    assert values["Label"] == [name for name in ontology.classes if ontology.kind(name)]
    assert values["Choice"] == ["negated", *MODALITIES]
    named = {each.get("name") for each in view.iter("Text")}
    assert all(each.get("toName") in named for each in [*view.iter("Labels"), *view.iter("Choices")])


def test_hostile_texts_of_an_extension_stay_texts() -> None:
    view = ET.fromstring(starter.label_studio(ONTOLOGIES["extended"]))
    [hint] = [label.get("hint") for label in view.iter("Label") if label.get("value") == "Fleet2"]
    assert hint == 'a "<b>&amp;\n]]>'


def test_the_command_names_the_files_and_what_to_run_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    done = runner.invoke(main, ["init", "my own"])
    assert (done.exit_code, done.stdout) == (0, "")
    written, _, commands = done.stderr.partition("Next:\n")
    assert written.splitlines() == [f"wrote my own/{name}" for name in FILES]
    ran = [runner.invoke(main, command.strip().removeprefix("kg ")) for command in commands.splitlines()]
    assert [(each.exit_code, each.stdout) for each in ran] == [(0, "")] * 3
    with open_store("oxigraph:my own/claims.kg", read_only=True) as store:
        assert len(list(store.claims())) == 3
    again = runner.invoke(main, ["check", "my own"])
    assert again.exit_code == 0, "the store in the folder is passed over"


def test_the_readme_shows_commands_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starter.write(tmp_path, load())
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\$ kg (.*)$", (tmp_path / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    done = [CliRunner().invoke(main, command) for command in commands]
    assert [each.exit_code for each in done] == [0] * 4
    assert "norland" in done[2].stdout
    assert "Free Hills Front" in (tmp_path / "claims.html").read_text(encoding="utf-8")


def test_the_command_takes_an_extension(tmp_path: Path) -> None:
    (tmp_path / "more.ttl").write_text(EXTENSION, encoding="utf-8")
    done = CliRunner().invoke(main, ["init", str(tmp_path / "mine"), "--ontology", str(tmp_path / "more.ttl")])
    assert done.exit_code == 0
    assert f"--ontology {tmp_path / 'more.ttl'}" in done.stderr
    for name in ("annotation.conf", "label-studio.xml", "README.md"):
        assert "escorts" in (tmp_path / "mine" / name).read_text(encoding="utf-8")
    assert "--ontology FILE" in (tmp_path / "mine/README.md").read_text(encoding="utf-8")
