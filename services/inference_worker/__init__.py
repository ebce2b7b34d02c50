"""Inference worker: infers principles and strategies while the games run."""
