"""The memory policies there are."""

from __future__ import annotations

from studio.memory.base import MemoryPolicy
from studio.registry import Registry

POLICIES: Registry[MemoryPolicy] = Registry("studio.memory", MemoryPolicy)  # type: ignore[type-abstract]
