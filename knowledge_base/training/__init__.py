"""Makes weights.json, the probability that ships with the program; not needed to run it."""
