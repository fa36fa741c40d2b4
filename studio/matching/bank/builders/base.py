"""What every builder of a bank is asked: so many profiles of each type."""

from __future__ import annotations

from abc import abstractmethod

from studio.matching.profile import Profile
from studio.registry import CardedMethod, Registry
from studio.run_context import RunContext


class BankBuilder(CardedMethod):
    """One verb. The order of profiles is that of the types, then of their numbers."""

    @abstractmethod
    async def build(self, per_type: int, seed: int, context: RunContext) -> tuple[Profile, ...]:
        """`per_type` profiles of each of the 16 types; fewer where a model failed, never made-up ones in their place.

        Raises: Invalid for a number out of range; ModelUnavailable, ModelRefused, ModelBudget.
        """


BUILDERS: Registry[BankBuilder] = Registry("studio.matching.bank.builders", BankBuilder)  # type: ignore[type-abstract]
