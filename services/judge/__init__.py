"""Judge: the council, its verdicts, scores and champions."""
