"""The play itself: who perceives what, who speaks, and what is said."""
