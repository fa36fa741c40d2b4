"""SimsChat whole: scenes for a character, dialogues played in them, interview questions; a bank to train on.

Source: Yang et al., Crafting Customisable Characters with LLMs, 2024, https://arxiv.org/abs/2406.17962
"""
