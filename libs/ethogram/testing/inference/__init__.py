"""Ground truth for inference: players whose conduct is known, the games they play, and how well it is told."""
