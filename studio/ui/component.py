"""Our own page components: a fixed skeleton, and a script that builds the DOM from a JSON value.

User text never enters a template: Gradio evaluates what Handlebars returns as a JavaScript template literal, so that
even an escaped `{{ }}` would run a `${…}` inside a character's name. The scripts write it with `textContent` alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import gradio as gr

from studio.domain.value import Value

HERE = Path(__file__).resolve().parent
COMPONENTS = HERE / "components"


@cache
def _source(name: str) -> str:
    return (COMPONENTS / name).read_text(encoding="utf-8")


def component(name: str, elem_id: str, value: Value, *, parts: Sequence[str] = ()) -> gr.HTML:
    """The component of `components/<name>.js`, on the page under `elem_id`, showing `value`. `parts`: scripts beside it
    that it is built from, in their order.

    Its script calls `trigger('<event>', data)`; the same `<event>` is an attribute to attach a handler to.
    """
    return gr.HTML(
        value=value.model_dump(mode="json"),
        html_template=f'<div class="gr-{name}" data-part="{elem_id}"></div>',
        css_template="",
        js_on_load="\n".join(map(_source, ("dom.js", *(f"{part}.js" for part in parts), f"{name}.js"))),
        apply_default_css=False,
        elem_id=elem_id,
    )


class Stylesheet(Value):
    """All our rules as one text. `version` changes with it, so that a browser may keep it for good.

    It is linked, not handed to Gradio, which would print every rule twice, once under a longer selector.
    """

    text: str
    version: str


def stylesheet() -> Stylesheet:
    """The theme's rules, then those of every component."""
    theme = (HERE / "theme.css").read_text(encoding="utf-8")
    own = "\n".join(file.read_text(encoding="utf-8") for file in sorted(COMPONENTS.glob("*.css")))
    text = f"{theme}\n.gradio-container {{\n{own}}}\n"  # nested, so that our rules outweigh Gradio's resets
    return Stylesheet(text=text, version=hashlib.sha256(text.encode()).hexdigest()[:12])
