"""Long work as such: how far it is, stopping, going on, and what it may cost."""

from studio.jobs.base import Work
from studio.jobs.engine import Jobs

__all__ = ["Jobs", "Work"]
