"""Characters, scenes and lorebooks: the shipped ones and everybody's own, and how they are found."""

from studio.library.library import PICTURES, Library
from studio.library.yaml_file import LibraryProblem, Unreadable

__all__ = ["PICTURES", "Library", "LibraryProblem", "Unreadable"]
