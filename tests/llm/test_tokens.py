"""The estimate against counts made with real tokenizers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.llm.tokens import estimate


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        # counted with OpenAI's o200k_base
        ("The storm took the boat house, and Mara has not slept since. She keeps the lamp lit for nobody.", 22),
        ("Der Sturm hat das Bootshaus mitgenommen, und Mara hat seitdem nicht mehr geschlafen.", 19),
        ("Буря снесла лодочный сарай, и с тех пор Мара не спала.", 21),
        ("Ο φάρος έμεινε αναμμένος όλη τη νύχτα.", 19),
        ("عاصفة البحر أخذت بيت القوارب ولم تنم مارا منذ ذلك الحين.", 20),
        ("嵐が船小屋をさらってから、マラは眠っていない。", 20),
        ("밤새도록 등대의 불은 꺼지지 않았다.", 14),
        ("暴风雨卷走了船屋,从那以后玛拉就没有睡过。", 19),
        ("तूफ़ान नाव घर को ले गया और मारा तब से सोई नहीं है।", 19),
    ],
)
def test_prose_is_estimated_within_a_third(text: str, counted: int) -> None:
    assert 0.7 * counted <= estimate(text) <= 1.34 * counted


def test_nothing_is_nothing_and_anything_is_something() -> None:
    assert estimate("") == 0
    assert estimate("a") == 1
    assert estimate("🙂") == 1


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(one: str, two: str) -> None:
    assert max(estimate(one), estimate(two)) <= estimate(one + two) <= estimate(one) + estimate(two) + 1
