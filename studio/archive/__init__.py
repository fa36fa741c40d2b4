"""The durable store: sessions as event trees, memories, preferences, backups."""

from studio.archive.archive import Archive
from studio.archive.memories import MemoryScope

__all__ = ["Archive", "MemoryScope"]
