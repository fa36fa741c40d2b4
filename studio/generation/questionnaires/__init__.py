"""Questionnaires that measure a temperament, values and a place in the world, scored exactly as published."""
