"""Who should be in this scene: a planner, specialists and a supervisor, or plain counting."""
