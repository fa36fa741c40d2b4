"""Where characters are made: written, saved, brought back as they were."""

from studio.workshop.workshop import Opened, Saved, Version, Workshop, Workshops

__all__ = ["Opened", "Saved", "Version", "Workshop", "Workshops"]
