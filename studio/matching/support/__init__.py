"""Supportive talk: which memory is brought up, how a talk ends, when role-play must stop. Not therapy."""
