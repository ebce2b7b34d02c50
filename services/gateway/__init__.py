"""Gateway: HTTP, a live stream per session and one page to watch; it keeps nothing and joins no consumer group."""
