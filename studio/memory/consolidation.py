"""Has a policy make new memories of old ones, and stores what comes of it at once or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from studio.domain.identifiers import derived
from studio.llm.client import Model
from studio.memory.base import Ask, Consolidated, MemoryPolicy, Occasion, Sitting
from studio.memory.keeper import MemoryKeeper


async def consolidate(
    keeper: MemoryKeeper,
    policy: MemoryPolicy,
    ask: Ask,
    occasion: Occasion,
    *,
    names: Mapping[str, str],
    persons: frozenset[str] = frozenset(),
    persona: str = "",
    model: Model | None = None,
    seed: int | None = None,
) -> Consolidated:
    """What one character made of its memories, stored already. `ask` says whose and on which branch; see `Sitting` for
    the rest. A model too weak for the reply script is not asked: rules do what they can.

    Cost: as the policy says.
    Raises: StorageError; ModelError when a model cannot be reached: nothing is stored then.
    """
    if not policy.stirs(occasion):
        return Consolidated()
    await keeper.settled()
    whole = ask.model_copy(update={"window": frozenset(), "focal": ""})
    sitting = Sitting(
        ask=whole,
        occasion=occasion,
        bank=lambda focal: keeper.bank(whole.model_copy(update={"focal": focal})),
        embed=keeper.embed,
        names=names,
        persons=persons,
        persona=persona,
        model=model if model is not None and model.capabilities.follows_script else None,
        seed=seed,
    )
    done = await policy.consolidate(sitting)
    await keeper.keep(done.made)
    gone = await keeper.store.fetch(ask.owner, done.forgotten)
    if gone:
        act = derived("forget", ask.now.isoformat(), *sorted(done.forgotten))
        lapsed = [memory.model_copy(update={"forgotten_at": ask.now}) for memory in gone]
        await keeper.store.change(ask.owner, act, "forget", lapsed, ask.now)
        await keeper.drop(gone)
    return done
