"""The little of Kafka's protocol that stranger.py needs, with Python's standard library alone.

Records without compression, plain connections. A program of yours takes a client library instead.
"""

import random
import socket
import struct
import time

PRODUCE, FETCH, LIST_OFFSETS, METADATA = 0, 1, 2, 3
READ_COMMITTED = 1
LATEST = -1
COMPRESSION, TRANSACTIONAL, CONTROL = 0x07, 0x10, 0x20
TIMEOUT_SECONDS = 30
# not known yet, no leader, not the leader, not enough replicas, timed out: worth another try
PASSING = {3, 5, 6, 7, 8, 9, 19, 20}


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _crc_of(byte):
    for _ in range(8):
        byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
    return byte


_CRC = [_crc_of(byte) for byte in range(256)]


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def unpack(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def take(self, length):
        part = self.data[self.at : self.at + length]
        self.at += length
        return part

    def string(self):
        length = self.unpack("h")
        return None if length < 0 else self.take(length).decode()

    def array(self, item):
        return [item() for _ in range(self.unpack("i"))]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.unpack("B")
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    def varbytes(self):
        length = self.varint()
        return None if length < 0 else self.take(length)


def string(text):
    return struct.pack(">h", len(text.encode())) + text.encode()


def array(items):
    return struct.pack(">i", len(items)) + b"".join(items)


def varint(value):
    value = (value << 1) ^ (value >> 63)
    out = b""
    while True:
        low, value = value & 0x7F, value >> 7
        if not value:
            return out + bytes([low])
        out += bytes([low | 0x80])


def varbytes(data):
    return varint(len(data)) + data


def batch_of(key, value, headers):
    """One record as a batch of its own."""
    record = b"\0" + varint(0) + varint(0) + varbytes(key) + varbytes(value) + varint(len(headers))
    for name, text in headers.items():
        record += varbytes(name.encode()) + varbytes(text.encode())
    now = int(time.time() * 1000)
    body = struct.pack(">hiqqqhii", 0, 0, now, now, -1, -1, -1, 1) + varbytes(record)
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc32c(body)) + body


def committed(batches, aborted):
    """The (offset, key, value, headers) of records of committed transactions, and the next offset."""
    reader, records, next_offset = Reader(batches), [], None
    aborted, given_up = sorted(aborted, key=lambda one: one[1]), set()
    while len(batches) - reader.at >= 12:
        base, length = reader.unpack("qi")
        if len(batches) - reader.at < length:
            break  # a batch that is cut off comes again
        batch = Reader(reader.take(length))
        _, _, _, attributes, last, _, _, producer, _, _, count = batch.unpack("ibIhiqqqhii")
        next_offset = base + last + 1
        while aborted and aborted[0][1] <= base + last:
            given_up.add(aborted.pop(0)[0])
        if attributes & COMPRESSION:
            raise ValueError("a compressed batch: take a client library")
        if attributes & CONTROL:
            given_up.discard(producer)
        elif not (attributes & TRANSACTIONAL and producer in given_up):
            for _ in range(count):
                records.append(record_of(batch, base))
    return records, next_offset


def record_of(batch, base):
    batch.varint()
    batch.unpack("b")
    batch.varint()
    offset = base + batch.varint()
    key, value = batch.varbytes(), batch.varbytes()
    headers = {}
    for _ in range(batch.varint()):
        name = batch.varbytes().decode()
        headers[name] = batch.varbytes()
    return offset, key, value, headers


class Kafka:
    """Reads committed records of topics, and writes single ones."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.connections = {}
        self.positions = {}

    def _request(self, address, api, version, body):
        connection = self.connections.get(address)
        if connection is None:
            host, port = address.rsplit(":", 1)
            connection = socket.create_connection((host.strip("[]"), int(port)), TIMEOUT_SECONDS)
            self.connections[address] = connection
        correlation = random.randrange(1 << 30)
        message = struct.pack(">hhi", api, version, correlation) + string("stranger") + body
        try:
            connection.sendall(struct.pack(">i", len(message)) + message)
            length = struct.unpack(">i", self._receive(connection, 4))[0]
            response = Reader(self._receive(connection, length))
        except OSError:
            del self.connections[address]
            raise
        assert response.unpack("i") == correlation
        return response

    @staticmethod
    def _receive(connection, length):
        data = b""
        while len(data) < length:
            part = connection.recv(length - len(data))
            if not part:
                raise ConnectionError("the broker closed the connection")
            data += part
        return data

    def _leaders(self, topics):
        """The leader's address by (topic, partition)."""
        response = self._request(self.bootstrap, METADATA, 1, array([string(t) for t in topics]))

        def broker():
            node, host, port = response.unpack("i"), response.string(), response.unpack("i")
            response.string()
            return node, f"{host}:{port}"

        def partition():
            _, number, leader = response.unpack("hii")
            response.array(lambda: response.unpack("i"))
            response.array(lambda: response.unpack("i"))
            return number, leader

        brokers = dict(response.array(broker))
        response.unpack("i")
        leaders = {}
        for _ in range(response.unpack("i")):
            error, name, _ = response.unpack("h"), response.string(), response.unpack("b")
            partitions = response.array(partition)
            if error:
                raise ConnectionError(f"topic {name}: error {error}")
            for number, leader in partitions:
                leaders[name, number] = brokers[leader]
        return leaders

    def send(self, topic, key, value, headers):
        """Writes one record and waits until all replicas have it; tries again while that may help."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            try:
                error = self._send(topic, key, value, headers)
            except OSError:
                error = 7
            if not error:
                return
            if error not in PASSING or time.monotonic() > deadline:
                raise RuntimeError(f"the broker did not take the record: error {error}")
            time.sleep(0.2)

    def _send(self, topic, key, value, headers):
        leaders = self._leaders([topic])
        # any partition will do: the shard in the document counts
        partition = random.randrange(len(leaders))
        data = batch_of(key, value, headers)
        records = struct.pack(">ii", partition, len(data)) + data
        body = struct.pack(">hhi", -1, -1, TIMEOUT_SECONDS * 1000)
        body += array([string(topic) + array([records])])
        response = self._request(leaders[topic, partition], PRODUCE, 3, body)
        response.unpack("i"), response.string(), response.unpack("i")
        return response.unpack("ih")[1]

    def begin_now(self, topics):
        """Reads what is written to the topics from now on."""
        for (topic, partition), leader in self._leaders(topics).items():
            asked = array([string(topic) + array([struct.pack(">iq", partition, LATEST)])])
            body = struct.pack(">ib", -1, READ_COMMITTED) + asked
            response = self._request(leader, LIST_OFFSETS, 2, body)
            response.unpack("i"), response.unpack("i"), response.string(), response.unpack("i")
            _, error, _, offset = response.unpack("ihqq")
            if error:
                raise ConnectionError(f"{topic}-{partition}: error {error}")
            self.positions[topic, partition] = offset

    def poll(self):
        """What was committed since: (topic, key, value, headers), in order per partition."""
        try:
            leaders = self._leaders(sorted({topic for topic, _ in self.positions}))
            return self._poll(leaders)
        except OSError:
            time.sleep(0.5)  # it comes again from where we are
            return []

    def _poll(self, leaders):
        found = []
        for leader in sorted(set(leaders.values())):
            asked = [
                string(topic) + array([struct.pack(">iqi", partition, position, 1 << 20)])
                for (topic, partition), position in self.positions.items()
                if leaders[topic, partition] == leader
            ]
            body = struct.pack(">iiiib", -1, 500, 1, 1 << 24, READ_COMMITTED) + array(asked)
            response = self._request(leader, FETCH, 4, body)
            response.unpack("i")
            for _ in range(response.unpack("i")):
                topic = response.string()
                for _ in range(response.unpack("i")):
                    found += self._partition(topic, response)
        return found

    def _partition(self, topic, response):
        partition, error, _, _ = response.unpack("ihqq")
        aborted = [response.unpack("qq") for _ in range(max(0, response.unpack("i")))]
        batches = response.take(max(0, response.unpack("i")))
        if error:
            if error in PASSING:
                return []
            raise RuntimeError(f"{topic}-{partition} cannot be read: error {error}")
        position = self.positions[topic, partition]
        records, next_offset = committed(batches, aborted)
        self.positions[topic, partition] = next_offset or position
        # a batch may begin before the offset that was asked for
        return [(topic, *record[1:]) for record in records if record[0] >= position]
