"""The social form: twenty-two questions, each of which may stay unanswered, the sensitive ones by default.

Source: Lee et al., SPeCtrum, 2025, https://arxiv.org/abs/2502.08599
Differs: nothing must be answered, and nothing sensitive is ever guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from studio.cards.research.spectrum import Entry, entry
from studio.domain.value import Value
from studio.errors import Invalid

NOT_DISCLOSED = "not disclosed"
HEDGE = "Presumably"

Kind = Literal["text", "one", "several"]


class Question(Value):
    """One question. `choices` to tick; `other` allows words of one's own beside them. `relevant`: asked only where it
    applies. `sensitive`: never guessed."""

    field: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    other: bool = True
    relevant: bool = False
    sensitive: bool = False

    @property
    def label(self) -> str:
        """As the form is written."""
        return f"{self.field} (if relevant)" if self.relevant else self.field


INCOMES = (
    "Less than $833 USD per month",
    "$833 to less than $2,500 USD per month",
    "$2,500 to less than $4,166 USD per month",
    "$4,166 to less than $5,833 USD per month",
    "$5,833 to less than $7,500 USD per month",
    "More than $7,500 USD per month",
    "Don't know",
)
RELIGIONS = (
    "No religion", "Protestant", "Catholic", "Orthodox Christian", "Other Christian", "Jewish", "Muslim", "Hindu",
    "Buddhist", "Sikh", "Other religion", "Unsure or prefer not to say",
)  # fmt: skip
EDUCATION = (
    "Below high school diploma",
    "High school diploma/GED",
    "Associate's degree (2-year college) or currently enrolled",
    "Bachelor's degree (4-year university) or currently enrolled",
    "General graduate degree or currently enrolled in a general graduate program",
    "Professional degree (e.g., medicine, law) or currently enrolled in a professional graduate program",
)
OCCUPATIONS = (
    "Full-time employed (working 35 or more hours per week)",
    "Part-time employed (working less than 35 hours per week)",
    "Self-employed (owning a business or working as a freelancer)",
    "Unemployed (currently not working but looking for work)",
    "Student",
    "Homemaker",
    "Retired (not currently working and not seeking employment)",
    "Unable to work",
    "Other",
)

QUESTIONS: tuple[Question, ...] = (
    Question(field="Age"),
    Question(field="Sex", kind="one", choices=("Female", "Male", "Intersex"), sensitive=True),
    Question(field="Gender", kind="one", choices=("Woman", "Man", "Non-binary"), sensitive=True),
    Question(
        field="Sexual Orientation",
        kind="one",
        choices=("Straight (heterosexual)", "Gay or lesbian", "Bisexual", "Asexual"),
        sensitive=True,
    ),
    Question(field="Ethnicity", kind="several", sensitive=True),
    Question(field="Race", kind="several", sensitive=True),
    Question(
        field="Disability",
        kind="several",
        choices=("I do not have a disability or impairment", "Sensory", "Mobility", "Learning", "Mental health"),
        relevant=True,
        sensitive=True,
    ),
    Question(field="Nationality"),
    Question(field="Dual Nationality", kind="one", choices=("Yes", "No"), relevant=True),
    Question(field="Nationality More Important", relevant=True),
    Question(field="Residence"),
    Question(field="Education", kind="one", choices=EDUCATION),
    Question(field="Occupation", kind="one", choices=OCCUPATIONS),
    Question(field="Major", relevant=True),
    Question(field="Job", relevant=True),
    Question(field="Perceived Income", kind="one", choices=INCOMES, other=False, sensitive=True),
    Question(
        field="Subjective Income",
        kind="one",
        choices=("Far below average", "Below average", "Average", "Above average", "Far above average"),
        other=False,
    ),
    Question(
        field="Income Satisfaction",
        kind="one",
        choices=(
            "Not at all satisfied",
            "Somewhat dissatisfied",
            "More or less satisfied",
            "Pretty well satisfied",
            "Very satisfied",
        ),
        other=False,
    ),
    Question(
        field="Perceived Class",
        kind="one",
        choices=("Lower class", "Working class", "Middle class", "Upper class", "Unsure"),
        other=False,
    ),
    Question(
        field="Living Style",
        kind="several",
        choices=(
            "Living alone",
            "Living with partner/spouse",
            "Living with children",
            "Living with parents",
            "Living with friends/roommates",
        ),
    ),
    Question(
        field="Political Affiliation",
        kind="one",
        choices=(
            "Very liberal",
            "Liberal",
            "Moderate",
            "Conservative",
            "Very conservative",
            "Unsure or prefer not to say",
        ),
        sensitive=True,
    ),
    Question(field="Religious Affiliation", kind="one", choices=RELIGIONS, sensitive=True),
)


class Answered(Value):
    """One answer: what was ticked or written, and whether it is only presumed."""

    values: tuple[str, ...] = ()
    uncertain: bool = False


def demographics(answers: Mapping[str, Answered]) -> tuple[Entry, ...]:
    """The answers as lines of the form, in its order, unanswered ones left out.

    Raises: Invalid for a field the form has not, a choice it does not offer, or two where one is asked for.
    """
    known = {question.field: question for question in QUESTIONS}
    for field in answers:
        if field not in known:
            raise Invalid(f"The form does not ask for '{field[:40]}'. It asks for {', '.join(known)}.")
    found = []
    for question in QUESTIONS:
        given = answers.get(question.field, Answered())
        values = tuple(value.strip() for value in given.values if value.strip())
        if not values or values == (NOT_DISCLOSED,):
            continue
        _check(question, values)
        text = ", ".join(values)
        found.append(entry(question.label, f"{HEDGE} {text}" if given.uncertain else text))
    return tuple(found)


def _check(question: Question, values: tuple[str, ...]) -> None:
    if question.kind != "several" and len(values) > 1:
        raise Invalid(f"{question.field} takes one answer, not {len(values)}. Keep one.")
    if not question.other:
        wrong = next((value for value in values if value not in question.choices), None)
        if wrong is not None:
            raise Invalid(f"'{wrong[:60]}' is no answer to {question.field}. Choose: {'; '.join(question.choices)}.")
