"""Plays in rounds: who has acted, what is asked, and how answers are read. Used by the mode `characterbox`."""
