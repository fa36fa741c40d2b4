"""What is said to a model, and what comes back."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from pydantic import Field

from studio.domain.provenance import Provenance, Usage
from studio.domain.value import Value


class Message(Value):
    """One chat message. `cached`: a prompt prefix ends here (a hint for providers with explicit cache points)."""

    role: Literal["system", "user", "assistant"]
    content: str
    cached: bool = False


class Request(Value):
    """One call. `caller` is who asks (a character id, `narrator`): a local server keeps its prefix warm by it.

    `schema_` asks for JSON of that JSON schema where the model can decode to one. `ending`: the end of the last message
    in named pieces, for whoever looks into a prompt; no model is told more for it.
    """

    messages: tuple[Message, ...] = Field(min_length=1)
    caller: str
    purpose: str
    max_tokens: int = Field(default=160, ge=1)
    temperature: float = Field(default=0.8, ge=0, le=2)
    top_p: float = Field(default=0.95, gt=0, le=1)
    stop: tuple[str, ...] = ()
    seed: int | None = None
    schema_: dict[str, Any] | None = None
    template: str = ""
    ending: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The whole prompt as one text, roles included: what a prefix cache sees."""
        return "\n".join(f"<{message.role}>{message.content}" for message in self.messages)

    def provenance(self, model: str) -> Provenance:
        """How to make this call again."""
        return Provenance(
            model=model,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            prompt_digest=hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            seed=self.seed,
            template=self.template,
        )


class Chunk(Value):
    """A piece of a streamed answer. The last one carries `usage` and why the model stopped."""

    text: str = ""
    usage: Usage | None = None
    finish: str = ""


class Completion(Value):
    """A whole answer."""

    text: str
    usage: Usage = Usage()
    finish: str = "stop"
