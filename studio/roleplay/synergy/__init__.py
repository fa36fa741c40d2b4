"""One model, or a whole cast, as a panel that works on a task. Used by the mode `panel`."""
