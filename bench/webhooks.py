"""Events through the webhook queue's disk path, beside the least that the task asks for."""
import json

import figures
from setting import folder, say, tool

EVENTS_A_SECOND = 50_000


def measure(sizes):
    rounds = []
    with folder() as path:
        for _ in range(sizes.rounds):
            rounds.append(json.loads(tool("webhook_bench", sizes.events, path)))
            say(f"webhooks: {rounds[-1]['events_per_s']:,} events/s")
    note = f"{sizes.events:,} events, {rounds[-1]['bytes_each']} bytes each with their indexes"
    return [figures.alone("webhook events stored, claimed and marked as told", "events/s", [one["events_per_s"] for one in rounds],
                          figures.at_least(EVENTS_A_SECOND), note),
            figures.alone("webhook events through the sender, which signs them", "events/s", [one["sent_per_s"] for one in rounds], None,
                          "a receiver that accepts at once, no HTTP")]
