"""The study notes, run: `python -m demos` is the main demo, `python -m demos --list` names all."""
