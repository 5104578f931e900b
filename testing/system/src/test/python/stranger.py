"""A topology manager's program, by docs/EVENTS.md alone: tells of a failover, and keeps a pool.

    stranger.py BROKER SHARD FAILED PROMOTED REPLICA...

REPLICA... are the replicas that it sends readers to before the failover. It publishes the failover
in structured mode and, as a careful publisher does, again: in binary mode, under the same id. It
ends once its claim is answered for good and its pool is as large as before, and prints what it
knows as one line of JSON.
"""

import json
import sys
import time
import uuid

from kafka_wire import Kafka

TYPE = "io.reseed.primary-failed.v1"
SOURCE = "/stranger"
FACTS = ["claim-answered", "replica-handed-over", "server-withdrawn"]
PATIENCE_SECONDS = 240


def publish(kafka, claim, document):
    """Both modes of the Kafka binding; a topology manager would take one."""
    envelope = {"specversion": "1.0", "id": claim, "source": SOURCE, "type": TYPE, "data": document}
    key = document["shard"].encode()
    kafka.send(
        "primary-failed",
        key,
        json.dumps(envelope).encode(),
        {"content-type": "application/cloudevents+json"},
    )
    kafka.send(
        "primary-failed",
        key,
        json.dumps(document).encode(),
        {
            "ce_specversion": "1.0",
            "ce_id": claim,
            "ce_source": SOURCE,
            "ce_type": TYPE,
            "content-type": "application/json",
        },
    )


class Pool:
    """The replicas that readers are sent to."""

    def __init__(self, shard, claim, servers):
        self.shard, self.claim, self.servers = shard, claim, set(servers)
        self.wanted = len(self.servers)
        self.answers = []

    def read(self, topic, fact):
        if fact["shard"] != self.shard:
            return
        if topic == "replica-handed-over":
            self.servers.add(fact["server"])
        elif topic == "server-withdrawn":
            self.servers.discard(fact["server"])
        elif (fact["claim"], fact["claimSource"]) == (self.claim, SOURCE):
            self.answers.append(fact)

    def is_done(self):
        final = any(answer["outcome"] != "WAITING" for answer in self.answers)
        return final and len(self.servers) >= self.wanted


def main(broker, shard, failed, promoted, *replicas):
    kafka = Kafka(broker)
    kafka.begin_now(FACTS)
    claim = str(uuid.uuid4())
    pool = Pool(shard, claim, replicas)
    pool.servers.discard(promoted)  # it takes writes now: our own doing
    publish(
        kafka,
        claim,
        {
            "shard": shard,
            "failed": failed,
            "promoted": promoted,
            "reason": "it does not answer",
            "occurredAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "publisher": "stranger",
            "incident": "incident of " + claim,
        },
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not pool.is_done() and time.monotonic() < deadline:
        for topic, _, value, _ in kafka.poll():
            pool.read(topic, json.loads(value))
    print(json.dumps({"claim": claim, "pool": sorted(pool.servers), "answers": pool.answers}))
    return 0 if pool.is_done() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
