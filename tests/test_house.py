"""The rules of the house, held by the tree itself: who may import whom, and that data, docs and code name the same."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

import kawal
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"registry", "bot", "actions", "reminders", "console"}
TOP = ROOMS | {"nlu", "command", "bench", "kawal", "settings", "logs", "tests"}
# What a folder may import of ours; the longest matching folder decides.
MAY_IMPORT: dict[str, set[str]] = {
    "registry": {"registry", "nlu.language"},
    "registry/rules": {"registry.rules"},
    "bot": {"bot", "registry", "nlu.language", "settings", "logs"},
    "actions": {"actions", "registry", "nlu.language", "settings", "logs"},
    "reminders": {"reminders", "registry", "nlu.language", "settings", "logs"},
    "console": {"console", "registry", "nlu.language", "settings", "logs"},
    "nlu/language": {"nlu.language"},
    "nlu/components": {"nlu", "registry.sealing"},
    "command": TOP - {"tests", "bench", "kawal"},
    "kawal.py": TOP - {"tests"},
    "settings.py": set(),
    "logs.py": set(),
}
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 60
FIXED_INTENTS = set(
    "greet thank ask_help bot_challenge affirm deny cancel inform ask_coverage ask_eligibility check_eligibility "
    "ask_documents ask_registration register_pregnancy check_jkn ask_jkn_inactive ask_antenatal_schedule "
    "report_antenatal_visit reschedule_visit ask_facility request_transport ask_transport_status cancel_transport "
    "request_companion report_danger_sign report_labour report_birth report_loss ask_pregnancy_health complain "
    "talk_to_human update_data show_my_data delete_my_data stop_messages start_messages list_my_mothers "
    "request_referral send_broadcast ask_recap out_of_scope".split()
)
EXAMPLES_OF_AN_INTENT = 25


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of ours, also one that is not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(path for path in (ROOT / name for name in sorted(set(names))) if path.is_file())


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sources(*folders: str) -> list[Path]:
    """Our Python files, those of some folders or all."""
    found = [path for path in tracked() if path.suffix == ".py" and "migrations/versions" not in named(path)]
    return [path for path in found if not folders or named(path).startswith(folders)]


def product() -> list[Path]:
    return [path for path in sources() if not named(path).startswith("tests/")]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The full names of everything a file imports, also inside its functions."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)} imports relatively"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_in(name: str, allowed: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


# ---------------------------------------------------------------- who may import whom


def folder_rule(path: Path) -> set[str] | None:
    folders = [folder for folder in MAY_IMPORT if named(path) == folder or named(path).startswith(f"{folder}/")]
    return MAY_IMPORT[max(folders, key=len)] if folders else None


@pytest.mark.parametrize("path", product(), ids=named)
def test_rooms_know_only_whom_they_may(path: Path) -> None:
    allowed = folder_rule(path)
    if allowed is None:
        assert named(path).startswith(("bench/", "nlu/")), "a new room needs its rule in MAY_IMPORT"
        return
    ours = {name for name in imports(path) if name.partition(".")[0] in TOP}
    modules = {name for name in ours if name.partition(".")[2] or name in MAY_IMPORT or f"{name}.py" in MAY_IMPORT}
    parents = {one.rpartition(".")[0] for one in allowed if "." in one}  # "from nlu import language"
    wrong = {name for name in modules | ours if not is_in(name, allowed) and name not in parents}
    assert wrong == set()


@pytest.mark.parametrize("path", sources("nlu/language/"), ids=named)
def test_language_needs_the_standard_library_and_rapidfuzz_alone(path: Path) -> None:
    roots = {name.partition(".")[0] for name in imports(path)}
    assert roots - set(sys.stdlib_module_names) <= {"nlu", "rapidfuzz"}


@pytest.mark.parametrize("path", sources("registry/rules/"), ids=named)
def test_rules_are_pure(path: Path) -> None:
    roots = {name.partition(".")[0] for name in imports(path)}
    assert roots - set(sys.stdlib_module_names) <= {"registry", "yaml"}
    assert not roots & {"socket", "sqlite3", "subprocess", "asyncio", "threading", "random"}


def test_rule_sees_a_wrong_import(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("def f():\n    from bot import turn\n    import nlu.components.channel\n")
    seen = set(imports(path))
    assert not any(is_in(name, MAY_IMPORT["registry"]) for name in seen)
    assert seen == {"bot", "bot.turn", "nlu.components.channel"}


# ---------------------------------------------------------------- settings


def meanings() -> dict[str, str]:
    """Each setting's sentence, as it stands under its name in settings.py."""
    body = next(node for node in parsed(ROOT / "settings.py").body if isinstance(node, ast.ClassDef)).body
    found = {}
    for field, below in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            assert isinstance(below, ast.Expr), f"{field.target.id} has no sentence"
            assert isinstance(below.value, ast.Constant)
            found[f"KAWAL_{field.target.id.upper()}"] = " ".join(str(below.value.value).replace("``", "").split())
    return found


def told() -> dict[str, tuple[str, str]]:
    """What .env.example says of each name: the sentence above it, and the value."""
    found, above = {}, ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        setting = re.fullmatch(r"# ?(KAWAL_[A-Z0-9_]+)=(.*)", line)
        if setting:
            found[setting[1]] = (above.strip(), setting[2])
        above = "" if setting or not line else f"{above} {line.lstrip('# ')}"
    return found


def read_by_setup() -> set[str]:
    """What the set-up reads before there are settings."""
    text = (ROOT / "command" / "environments.py").read_text(encoding="utf-8")
    return set(re.findall(r'environ(?:\.get\(|\[)"(KAWAL_[A-Z0-9_]+)"', text))


def test_every_setting_stands_in_env_example_and_nothing_else() -> None:
    assert set(told()) == set(meanings()) | read_by_setup()


@pytest.mark.parametrize("name", meanings())
def test_env_example_gives_the_meaning_and_the_default(name: str) -> None:
    sentence, value = told()[name]
    default = Settings.model_fields[name.removeprefix("KAWAL_").lower()].default
    assert sentence == meanings()[name]
    assert value == ("" if default is None else "var" if name == "KAWAL_HOME" else str(default))


def test_env_example_sets_nothing_when_it_is_copied() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


# ---------------------------------------------------------------- domain, actions, sentences


@cache
def yaml_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return loaded


def action_names() -> set[str]:
    """The names of the action classes, as Rasa would ask for them."""
    from rasa_sdk.executor import ActionExecutor

    import actions

    executor = ActionExecutor()
    executor.register_package(actions)
    return set(executor.actions)


def test_every_action_class_stands_in_the_domain_and_nothing_else() -> None:
    assert set(yaml_of("domain.yml")["actions"]) == action_names()


def test_action_classes_are_called_like_their_names() -> None:
    from rasa_sdk.executor import ActionExecutor

    import actions

    executor = ActionExecutor()
    executor.register_package(actions)
    for name, run in executor.actions.items():
        assert type(getattr(run, "__self__", run)).__name__ == "".join(part.title() for part in name.split("_"))


def strings(path: Path) -> Iterator[str]:
    """String constants; a hole in an f-string is written as an asterisk."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
            yield "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def steps(node: Any) -> Iterator[str]:
    """All words of a YAML tree."""
    if isinstance(node, dict):
        for value in node.values():
            yield from steps(value)
    elif isinstance(node, list):
        for value in node:
            yield from steps(value)
    elif isinstance(node, str):
        yield node


def uttered() -> set[str]:
    """The names of sentences in rules and code, exact or with asterisks."""
    in_code = {text for path in sources("bot/", "actions/", "registry/") for text in strings(path)}
    found = {text for text in (*in_code, *steps(yaml_of("nlu/rules.yml"))) if re.fullmatch(r"utter_[\w*]+", text)}
    slots = next(iter(yaml_of("domain.yml")["forms"].values()))["required_slots"]
    filled = {text.replace("utter_ask_*", f"utter_ask_{slot}") for text in found for slot in slots}
    return {text for text in filled if not text.endswith("_") and text != "utter_*"}  # the pieces of f-strings


def matches(pattern: str, name: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", r"\w+"), name) is not None


def test_every_sentence_that_is_said_exists() -> None:
    there = set(yaml_of("domain.yml")["responses"])
    assert {name for name in uttered() if "*" not in name} - there == set()
    assert {name for name in uttered() if "*" in name and not any(matches(name, one) for one in there)} == set()


def test_every_sentence_of_the_domain_is_said() -> None:
    said = uttered()
    unused = {name for name in yaml_of("domain.yml")["responses"] if not any(matches(one, name) for one in said)}
    assert unused == set()


def test_every_step_of_the_rules_is_known_to_the_domain() -> None:
    domain = yaml_of("domain.yml")
    known = {*domain["actions"], *domain["responses"], *domain["forms"], *domain["intents"], "nlu_fallback"}
    used = {step[kind] for rule in yaml_of("nlu/rules.yml")["rules"] for step in rule["steps"]
            for kind in ("intent", "action") if kind in step}  # fmt: skip
    assert used - known == set()


def test_every_intent_has_a_rule() -> None:
    used = {step.get("intent") for rule in yaml_of("nlu/rules.yml")["rules"] for step in rule["steps"]}
    assert FIXED_INTENTS - used == set()


def test_intents_are_the_fixed_list() -> None:
    assert set(yaml_of("domain.yml")["intents"]) == FIXED_INTENTS


def examples() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "nlu" / "intents").glob("*.yml"):
        for entry in yaml_of(named(path))["nlu"]:
            if "intent" in entry:
                lines = {line.lstrip("- ").strip() for line in entry["examples"].splitlines() if line.strip()}
                found.setdefault(entry["intent"].partition("/")[0], set()).update(lines)
    return found


@pytest.mark.parametrize("intent", sorted(FIXED_INTENTS))
def test_intent_has_examples(intent: str) -> None:
    assert len(examples().get(intent, ())) >= EXAMPLES_OF_AN_INTENT


def test_no_example_belongs_to_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, texts in examples().items():
        for text in texts:
            owners.setdefault(re.sub(r"\W+", " ", text).casefold().strip(), set()).add(intent)
    assert {text: sorted(owner) for text, owner in owners.items() if text and len(owner) > 1} == {}


# ---------------------------------------------------------------- words, sizes, privacy

INDONESIAN = frozenset(
    "yang dan di ke dari untuk dengan tidak bisa saya kami kita ibu bu anda sudah belum akan ada ini itu atau kalau "
    "jangan silakan mohon maaf terima kasih pesan nomor nanti lagi boleh punya".split()
)
SPEAKS_TO_PEOPLE = ("bot/", "actions/", "registry/", "reminders/", "console/", "nlu/components/")


def sentences_in(path: Path) -> list[str]:
    """Strings that look like Indonesian to people: three small words of it or more (docstrings aside)."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = [
        str(node.value)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    return [text for text in found if sum(word in INDONESIAN for word in re.findall(r"[a-z]+", text.lower())) >= 3]


@pytest.mark.parametrize("path", sources(*SPEAKS_TO_PEOPLE), ids=named)
def test_no_sentence_to_people_stands_in_code(path: Path) -> None:
    assert sentences_in(path) == []


def test_sentence_in_code_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text('"""Maaf bu, ini tidak untuk siapa."""\nsay("Maaf bu, belum bisa.")\n')
    assert sentences_in(path) == ["Maaf bu, belum bisa."]


@pytest.mark.parametrize("path", sources(), ids=named)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_FILE
    functions = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: lines for name, lines in long.items() if lines > LINES_OF_A_FUNCTION} == {}


PERSONAL = re.compile(r"/(?:home|Users)/[a-z]\w+/|/root/|[A-Z]:\\Users\\")
HOSTS = re.compile(
    r"https?://[^\s\"'<>)]*(?:pypi|python[h]osted|artifactory|nexus|jfrog|devpi|npm[j]s|proxy\.golang)"
    r"|--(?:extra-)?index-url\s+https?:|-i\s+https?://",
)


def readable(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("pattern", [PERSONAL, HOSTS], ids=["personal path", "package host"])
def test_no_file_names_a_machine_of_ours(pattern: re.Pattern[str]) -> None:
    here = named(Path(__file__).resolve())
    found = {
        named(path): match[0] for path in tracked() if named(path) != here and (match := pattern.search(readable(path)))
    }
    assert found == {}


@pytest.mark.parametrize("path", product(), ids=named)
def test_no_check_is_switched_off_and_nothing_is_left_for_later(path: Path) -> None:
    assert not re.search(r"#\s*(?:noqa|type:\s*ignore|pragma|TODO|FIXME|XXX)\b", readable(path))


# ---------------------------------------------------------------- the README


def make_targets() -> list[str]:
    return re.findall(r"^([a-z-]+):.*##", readable(ROOT / "Makefile"), re.MULTILINE)


def kawal_commands() -> list[str]:
    def walk(command: Any, words: str) -> Iterator[str]:
        children = getattr(command, "commands", {})
        if not children:
            yield words
        for name, child in children.items():
            yield from walk(child, f"{words} {name}")

    return list(walk(get_command(kawal.app), "kawal"))


@pytest.mark.parametrize("words", [*(f"make {target}" for target in make_targets()), *kawal_commands()])
def test_readme_names(words: str) -> None:
    assert re.search(rf"{re.escape(words)}\b", readable(ROOT / "README.md"))
