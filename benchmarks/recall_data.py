"""What recall is measured on: published conversations as documents to remember and questions to find them by.

The data lie in a folder of their own (`STUDIO_SHARED_DATA`), not in the project.
"""

from __future__ import annotations

import ast
import csv
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from studio.memory.windows import windows


class Document(NamedTuple):
    """Something to remember: `group` is what is to be found (a session, a dialogue); several documents may be of one.
    Documents stand in the order of time. `about`: who speaks in it."""

    group: str
    text: str
    about: str = ""


class Question(NamedTuple):
    """`gold`: for each part of the answer the groups that would do. `answer`: the words, where there are any."""

    text: str
    gold: tuple[frozenset[str], ...]
    category: str
    answer: str | int | tuple[str, ...] = ""
    outdated: tuple[str, ...] = ()


class Collection(NamedTuple):
    """One memory to search: somebody's documents, and the questions put to it."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


NAMES = ("personabench-0.0", "personabench-0.5", "simschat", "characterchat", "personamem")
BLANK = ("segment_id", "session")


def load(name: str, folder: Path, *, windowed: bool = True) -> tuple[Collection, ...]:
    """A data set by name. `windowed`: long documents in windows of four turns.

    Raises: FileNotFoundError, ValueError
    """
    if name.startswith("personabench-"):
        root = folder / "personabench/eval_data_v1/synthetic_data/community_0"
        return tuple(personabench(root, name.removeprefix("personabench-"), windowed=windowed))
    if name == "simschat":
        return tuple(simschat(folder / "simschat/dialogue", windowed=windowed))
    if name == "characterchat":
        return tuple(characterchat(folder / "characterchat/dial_output.jsonl"))
    return tuple(personamem(folder / "personamem/questions_32k_part.csv"))


def read_json(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def personabench(root: Path, noise: str, *, windowed: bool) -> Iterator[Collection]:
    """PersonaBench: everybody whose private documents are there, with the questions about them. Sessions of
    conversations, then of the assistant, then purchases, in file order."""
    private, info = root / f"private_data/noise_{noise}", root / "eval_info"
    everything = {entry["Name"]: entry["Eval_Info"]["qa"] for entry in read_json(info / "eval_info_all.json")}
    gold = {one["q_id"]: one["segment_id"] for one in read_json(info / f"qa_gt_context_all_noise_{noise}.json")}
    kinds = ("conversation_data", "user_ai_interaction_data", "purchase_history_data")
    talks, chats, purchases = (
        {one["Name"]: one["Data"] for one in read_json(private / f"{kind}_all.json")} for kind in kinds
    )
    for name, contacts in talks.items():
        entries = [entry for contact in contacts for entry in contact["Conversations"]]
        entries += chats.get(name, []) + purchases.get(name, [])
        documents = [document for entry in entries for document in _session(entry, windowed=windowed)]
        questions = [
            Question(
                one["question"],
                tuple(frozenset(ids) for ids in gold[one["q_id"]].values()),
                _category(one),
                tuple(one["answer"]) if isinstance(one["answer"], list) else one["answer"],
                tuple(one["outdated_value"] or ()),
            )
            for one in everything[name]
            if one["q_id"] in gold
        ]
        yield Collection(name, tuple(documents), tuple(questions))


def _category(question: dict[str, Any]) -> str:
    kind, difficulty = str(question["type"]), str(question["difficulty"])
    return f"{kind} {difficulty}" if kind == "Preference" else kind


def _session(entry: dict[str, Any], *, windowed: bool) -> Iterator[Document]:
    group = str(entry["segment_id"])
    if not windowed:
        yield Document(group, json.dumps(_stripped(entry), ensure_ascii=False, separators=(",", ":")))
        return
    turns = entry.get("conversation") or entry.get("user_ai_interaction")
    if turns:
        lines = [f"{turn['role']}: {turn['content']}" for turn in turns]
    else:
        lines = [
            f"bought {one['title']}, {one.get('brand') or ''}: {one.get('description') or ''}"
            for one in entry.get("purchase_history") or ()
        ]
    for window in windows(lines or ["nothing"]):
        yield Document(group, f"{entry['time']}\n{window}")


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stripped(inner) for key, inner in value.items() if key not in BLANK}
    return [_stripped(inner) for inner in value] if isinstance(value, list) else value


def simschat(folder: Path, *, windowed: bool) -> Iterator[Collection]:
    """SimsConv: the dialogues of each character, all turns but the last; the last is to find its own dialogue. Windows
    are single turns here: a line a memory, as a play has it."""
    for file in sorted(folder.glob("*.json")):
        documents: list[Document] = []
        questions: list[Question] = []
        for number, talk in enumerate(read_json(file)):
            turns = [(str(turn.get("role", "")), str(turn.get("content", ""))) for turn in talk["dialogue"]]
            if len(turns) < 4:
                continue
            group = f"{file.stem}/{number}"
            lines = [f"{who} said: {text}" for who, text in turns[:-1]]
            if windowed:
                documents += [Document(group, line, who) for line, (who, _) in zip(lines, turns, strict=False)]
            else:
                documents.append(Document(group, "\n".join(text for _, text in turns[:-1])))
            questions.append(Question(turns[-1][1], (frozenset([group]),), "dialogue"))
        yield Collection(file.stem, tuple(documents), tuple(questions))


def characterchat(file: Path) -> Iterator[Collection]:
    """CharacterChat: what each speaker knows of themselves, a memory an aspect; a line is to find the aspect it was
    written from."""
    for number, row in enumerate(file.read_text(encoding="utf-8").splitlines()):
        talk = json.loads(row)
        for side in ("seeker", "supporter"):
            aspects = {
                str(turn["choose_info"]["content"]): str(turn["choose_info"]["aspect"])
                for turn in talk["dial"]
                if turn["speaker"] == side and turn["choose_info"]["content"]
            }
            told = talk[f"{side}_info"].get(f"{side}_profile_trans") or {}
            told = ast.literal_eval(told) if isinstance(told, str) else told
            aspects.update({str(text): str(aspect) for aspect, text in told.items() if str(text).strip()})
            documents = tuple(Document(text, text) for text in aspects)
            questions = tuple(
                Question(
                    str(turn["utterance"]),
                    (frozenset([str(turn["choose_info"]["content"])]),),
                    str(turn["choose_info"]["aspect"]),
                )
                for turn in talk["dial"]
                if turn["speaker"] == side and turn["choose_info"]["content"]
            )
            if questions:
                yield Collection(f"{number}/{side}", documents, questions)


def personamem(file: Path) -> Iterator[Collection]:
    """PersonaMem, questions only (the histories are not published with them): for each persona, what was answered to
    everything it said, a memory an answer; what it says is to find its own answer among all. Answers stand in an order
    drawn by chance, so that nothing is found by its place."""
    rows: dict[str, list[dict[str, str]]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(row["persona_id"], []).append(row)
    for persona, asked in rows.items():
        answers = [(row["question_id"], _chosen(row)) for row in asked]
        random.Random(7).shuffle(answers)
        documents = tuple(Document(id_, text) for id_, text in answers)
        questions = tuple(
            Question(row["user_question_or_message"], (frozenset([row["question_id"]]),), row["question_type"])
            for row in asked
        )
        yield Collection(f"persona {persona}", documents, questions)


def options_of(text: str) -> list[str]:
    """The options of a row, whether they are written as JSON or as a Python list.

    Raises: ValueError
    """
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = ast.literal_eval(text)
        except SyntaxError as error:
            raise ValueError(f"these are no options: {text[:80]!r}") from error
    if not isinstance(found, list) or len(found) < 2:
        raise ValueError(f"these are no options: {text[:80]!r}")
    return [str(one) for one in found]


def _chosen(row: dict[str, str]) -> str:
    options = options_of(row["all_options"])
    return options["abcd".index(row["correct_answer"].strip("() "))].partition(") ")[2]


def counted(collections: Sequence[Collection]) -> dict[str, int]:
    """How much there is."""
    return {
        "memories": sum(len(one.documents) for one in collections),
        "groups": sum(len({document.group for document in one.documents}) for one in collections),
        "questions": sum(len(one.questions) for one in collections),
    }
