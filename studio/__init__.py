"""Greenroom: a role-playing studio where characters know only what they witnessed."""

__version__ = "0.1.0"
