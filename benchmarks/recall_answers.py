"""Answering questions from what was recalled: one call a question, scored by the words of the answer."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from benchmarks.recall_data import Collection, Question
from benchmarks.recall_scores import answered
from studio.domain.message import Message, Request
from studio.errors import ModelOutput
from studio.llm.client import Model, complete
from studio.prompts import render

CHARS = 6000
"""Of each document, at most: five of them must fit a small model's context."""


async def answer(model: Model, name: str, question: Question, documents: Sequence[str]) -> str:
    """The model's answer from these documents; empty where it gave none.

    Raises: ModelUnavailable, ModelRefused
    """
    prompt = render("memory/answer", name=name, documents=[text[:CHARS] for text in documents], question=question.text)
    request = Request(
        messages=(Message(role="user", content=prompt),),
        caller="reader",
        purpose="answer",
        max_tokens=60,
        temperature=0,
        template="memory/answer",
    )
    try:
        return (await complete(model, request)).text
    except ModelOutput:
        return ""


async def scored(model: Model, asked: Sequence[tuple[Collection, Question, Sequence[str]]]) -> dict[str, float]:
    """Mean precision, recall and F1 over these questions with their documents, and how much of what is out of date was
    still said (over the questions that have any)."""
    rows, outdated = [], []
    for collection, question, documents in asked:
        given = await answer(model, collection.name, question, documents)
        rows.append(answered(question.answer, given))
        if question.outdated:
            outdated.append(answered(question.outdated, given).recall)
    return {
        "n": len(rows),
        "precision": round(statistics.fmean(one.precision for one in rows), 4),
        "recall": round(statistics.fmean(one.recall for one in rows), 4),
        "f1": round(statistics.fmean(one.f1 for one in rows), 4),
        "outdated_recall": round(statistics.fmean(outdated), 4) if outdated else 0.0,
    }
