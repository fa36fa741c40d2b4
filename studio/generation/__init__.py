"""How a character comes about: picked, rolled, written out by a model, measured by questionnaire, and checked."""
