"""Action tracker: enriches and stores what happened."""
