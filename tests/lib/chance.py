"""Chance in tests: one seed for a file, which is printed, and which SESAME_SEED gives again."""
import os
import random
import sys

SEED = int(os.environ.get("SESAME_SEED") or random.SystemRandom().randrange(2 ** 32))
print(f"SESAME_SEED={SEED}", file=sys.stderr)


def seeded():
    """A sequence of its own, the same for the same seed."""
    return random.Random(SEED)
