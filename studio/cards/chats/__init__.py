"""Chats of other programs: read into one neutral form, turned into events and back, written as SillyTavern's."""
