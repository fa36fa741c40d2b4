"""Where a text came from, exactly enough to make it again."""

from __future__ import annotations

from studio.domain.value import Value


class Usage(Value):
    """What one model call took. `evaluated_tokens`: prompt tokens not served from the provider's prefix cache."""

    calls: int = 0
    prompt_tokens: int = 0
    evaluated_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        known = self.cost is not None and other.cost is not None
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            evaluated_tokens=self.evaluated_tokens + other.evaluated_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=(self.cost or 0) + (other.cost or 0) if known else None,
            seconds=self.seconds + other.seconds,
        )


class Provenance(Value):
    """The model, its parameters, a digest of the exact prompt, and the seed. Never a key."""

    model: str
    temperature: float
    max_tokens: int
    prompt_digest: str
    seed: int | None = None
    template: str = ""
