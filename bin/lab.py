"""Runs a laboratory of network namespaces: builds them, sends packets in them, and tells who saw what.

Started by src/lab/helper.ts inside namespaces of its own, so nothing here touches the machine's network. What is
read and written is described in docs/laboratory.md; bin/lab.pl does the same where this cannot run.

A probe is a single raw packet that carries its number where address translation leaves it alone: the sequence
number of a TCP SYN, the payload of a UDP datagram, the initiate tag of an SCTP INIT. Who receives it is told by
raw sockets, which get what passed the input hook; what it passes on its way by packet sockets, which see what
enters an interface. TCP is answered by the kernel (RST), UDP and SCTP are answered from here.
"""

import sys

try:
    import ctypes
    import errno
    import json
    import os
    import select
    import socket
    import struct
    import subprocess
except ImportError as missing:
    # Not all that is called python3 has these: the laboratory is tried with something else.
    sys.stderr.write("%s\n" % missing)
    sys.exit(97)

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
PACKET_IGNORE_OUTGOING = 23
SOL_PACKET = 263
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
IPV6_RECVPKTINFO = 49
IPV6_HDRINCL = 36
PROTOCOLS = {"TCP": 6, "UDP": 17, "SCTP": 132}
NAME_OF = {number: name for name, number in PROTOCOLS.items()}
# How many probes are sent before what they caused is read: more would overflow the sockets' buffers.
BATCH = 24
# How long nothing must come before nothing is expected any more.
QUIET_S = 0.008
MAGIC = b"nqP"
MAGIC_REPLY = b"nqR"

libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY)


def enter(descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, "setns: " + os.strerror(code))


class Namespace:
    """An open namespace: its descriptor and its sockets."""

    def __init__(self, name):
        self.name = name
        self.descriptor = os.open("/run/netns/" + name, os.O_RDONLY)
        self.sockets = []
        self.senders = {}

    def close(self):
        for one in self.sockets:
            one.close()
        os.close(self.descriptor)


namespaces = {}
poll = select.epoll()
readers = {}


# ---------------------------------------------------------------- packets

def sum16(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def checksum(data):
    return ~sum16(data) & 0xFFFF


def crc32c_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def ip_packet(source, destination, protocol, transport):
    if len(source) == 4:
        length = 20 + len(transport)
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, protocol, 0, source, destination) + transport
    return struct.pack("!IHBB16s16s", 6 << 28, len(transport), protocol, 64, source, destination) + transport


def pseudo(source, destination, protocol, length):
    if len(source) == 4:
        return source + destination + struct.pack("!BBH", 0, protocol, length)
    return source + destination + struct.pack("!IHBB", length, 0, 0, protocol)


def probe_packet(source, destination, protocol, sport, dport, number):
    if protocol == 6:
        body = struct.pack("!HHIIBBHHH", sport, dport, number, 0, 5 << 4, 2, 64240, 0, 0)
        check = checksum(pseudo(source, destination, 6, len(body)) + body)
        body = body[:16] + struct.pack("!H", check) + body[18:]
    elif protocol == 17:
        body = udp(source, destination, sport, dport, MAGIC + struct.pack("!I", number))
    else:
        chunk = struct.pack("!BBHIIHHI", 1, 0, 20, number, 65536, 1, 1, number)
        body = sctp(sport, dport, 0, chunk)
    return ip_packet(source, destination, protocol, body)


def udp(source, destination, sport, dport, payload):
    body = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    check = checksum(pseudo(source, destination, 17, len(body)) + body) or 0xFFFF
    return body[:6] + struct.pack("!H", check) + body[8:]


def sctp(sport, dport, tag, chunk):
    body = struct.pack("!HHII", sport, dport, tag, 0) + chunk
    return body[:8] + struct.pack("<I", crc32c(body)) + body[12:]


def reply_packet(source, destination, protocol, sport, dport, number):
    if protocol == 17:
        body = udp(source, destination, sport, dport, MAGIC_REPLY + struct.pack("!I", number))
    else:
        cookie = struct.pack("!HHI", 7, 8, number)
        chunk = struct.pack("!BBHIIHHI", 2, 0, 20 + len(cookie), number ^ 0x5A5A5A5A, 65536, 1, 1, number) + cookie
        body = sctp(sport, dport, number, chunk)
    return ip_packet(source, destination, protocol, body)


def transport_of(protocol, data):
    """(kind, number, source port, destination port) of a segment that is ours, else None."""
    if protocol == 6:
        if len(data) < 14:
            # An ICMP error may quote no more than the first eight bytes: ports and sequence number.
            if len(data) < 8:
                return None
            sport, dport, sequence = struct.unpack_from("!HHI", data)
            return "probe", sequence, sport, dport
        sport, dport, sequence, acknowledged = struct.unpack_from("!HHII", data)
        flags = data[13]
        if flags & 0x12 == 2:
            return "probe", sequence, sport, dport
        if flags & 0x10:
            return "reply", (acknowledged - 1) & 0xFFFFFFFF, sport, dport
        return None
    if protocol == 17:
        if len(data) < 15:
            return None
        sport, dport = struct.unpack_from("!HH", data)
        magic = data[8:11]
        if magic != MAGIC and magic != MAGIC_REPLY:
            return None
        return ("probe" if magic == MAGIC else "reply"), struct.unpack_from("!I", data, 11)[0], sport, dport
    if protocol == 132:
        if len(data) < 20:
            return None
        sport, dport, tag = struct.unpack_from("!HHI", data)
        if data[12] == 1:
            return "probe", struct.unpack_from("!I", data, 16)[0], sport, dport
        if data[12] == 2:
            return "reply", tag, sport, dport
    return None


def parse(data):
    """(kind, number, protocol, source, destination, source port, destination port, ICMP type and code)."""
    version = data[0] >> 4 if data else 0
    if version == 4 and len(data) >= 20:
        protocol, source, destination = data[9], data[12:16], data[16:20]
        body = data[(data[0] & 15) * 4:]
    elif version == 6 and len(data) >= 40:
        protocol, source, destination, body = data[6], data[8:24], data[24:40], data[40:]
    else:
        return None
    if protocol in NAME_OF:
        found = transport_of(protocol, body)
        if found is None:
            return None
        kind, number, sport, dport = found
        return kind, number, protocol, source, destination, sport, dport, None
    is_error = (protocol == 1 and body[:1] in (b"\x03", b"\x0b", b"\x05")) or (
        protocol == 58 and body[:1] in (b"\x01", b"\x03")
    )
    if is_error and len(body) > 8:
        quoted = parse(body[8:])
        if quoted is None or quoted[0] != "probe":
            return None
        return "error", quoted[1], quoted[2], source, destination, 0, 0, (body[0], body[1])
    return None


# ---------------------------------------------------------------- what was seen

records = {}


def show(address):
    return socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)


def header(found):
    _, _, _, source, destination, sport, dport, _ = found
    return [show(source), show(destination), sport, dport]


def on_frame(space, one):
    while True:
        try:
            data, extra, _, place = one.recvmsg(2048, 64)
        except BlockingIOError:
            return
        found = parse(data)
        if found is None:
            continue
        record = records.get(found[1])
        if record is None:
            continue
        when = 0
        for level, kind, value in extra:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack_from("qq", value)
                when = seconds * 1_000_000_000 + nanoseconds
        if found[0] == "error":
            record["errors"].append([when, space.name, *found[7]])
        elif place[0] != "lo":
            record["seen"].append([when, space.name, place[0], place[4].hex(":"), found[0], *header(found)])


def on_received(space, one, family, protocol):
    while True:
        try:
            if family == socket.AF_INET:
                data = one.recv(2048)
                found = parse(data)
            else:
                data, extra, _, place = one.recvmsg(2048, 64)
                told = transport_of(protocol, data)
                if told is None:
                    continue
                destination = next((v[:16] for l, k, v in extra if l == 41 and k == 50), b"\0" * 16)
                source = socket.inet_pton(socket.AF_INET6, place[0].split("%")[0])
                found = (told[0], told[1], protocol, source, destination, told[2], told[3], None)
        except BlockingIOError:
            return
        if found is None or found[0] == "error":
            continue
        record = records.get(found[1])
        if record is None:
            continue
        record["received"].append([space.name, found[0], *header(found)])
        if found[0] == "probe" and protocol != 6:
            _, number, _, source, destination, sport, dport, _ = found
            answers.append((space, reply_packet(destination, source, protocol, dport, sport, number), source, number))


answers = []


def is_open(record):
    """Whether something may still come of a probe."""
    if any(kind == "reply" for _, kind, *_ in record["received"]):
        return False
    return not record["errors"] or bool(record["received"])


def drain(batch):
    """
    Reads all sockets until nothing is left, answering what asks for an answer. Delivery is mostly done when
    sending returns; a busy machine leaves some of it to a thread of its kernel, which needs its turn.
    """
    while True:
        ready = poll.poll(0) or poll.poll(QUIET_S if any(map(is_open, batch)) else 0)
        for descriptor, _ in ready:
            readers[descriptor]()
        if not ready and not answers:
            return
        for space, packet, destination, number in answers:
            send(space, packet, destination, records[number], "replyError")
        answers.clear()


def send(space, packet, destination, record, field):
    family = socket.AF_INET if len(destination) == 4 else socket.AF_INET6
    place = (show(destination), 0) if family == socket.AF_INET else (show(destination), 0, 0, 0)
    try:
        space.senders[family].sendto(packet, place)
    except OSError as error:
        record[field] = errno.errorcode.get(error.errno, str(error.errno))


# ---------------------------------------------------------------- commands

def open_namespace(name):
    space = Namespace(name)
    namespaces[name] = space
    enter(space.descriptor)
    try:
        def reader(one, read):
            one.setblocking(False)
            space.sockets.append(one)
            poll.register(one.fileno(), select.EPOLLIN)
            readers[one.fileno()] = read

        def roomy(one):
            try:
                one.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4_000_000)
            except OSError:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)

        tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        tap.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        roomy(tap)
        reader(tap, lambda: on_frame(space, tap))
        for family in (socket.AF_INET, socket.AF_INET6):
            for protocol in PROTOCOLS.values():
                one = socket.socket(family, socket.SOCK_RAW, protocol)
                roomy(one)
                if family == socket.AF_INET6:
                    one.setsockopt(41, IPV6_RECVPKTINFO, 1)
                reader(one, lambda one=one, f=family, p=protocol: on_received(space, one, f, p))
            sender = socket.socket(family, socket.SOCK_RAW, 255)
            if family == socket.AF_INET6:
                sender.setsockopt(41, IPV6_HDRINCL, 1)
            space.sockets.append(sender)
            space.senders[family] = sender
    finally:
        enter(home)


def close_all(_):
    for space in namespaces.values():
        for one in space.sockets:
            if one.fileno() in readers:
                poll.unregister(one.fileno())
                del readers[one.fileno()]
        space.close()
    namespaces.clear()
    # Also what a build that failed has left.
    names = sorted(os.listdir("/run/netns"))
    text = "".join("netns del %s\n" % name for name in names)
    if text:
        run_one({"argv": ["ip", "-batch", "-"], "input": text})
    return {}


def start(step):
    name = step.get("in")
    descriptor = os.open("/run/netns/" + name, os.O_RDONLY) if name else None
    try:
        process = subprocess.Popen(
            step["argv"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=(lambda: enter(descriptor)) if descriptor is not None else None,
        )
    finally:
        if descriptor is not None:
            os.close(descriptor)
    return process


def set_values(step):
    descriptor = os.open("/run/netns/" + step["in"], os.O_RDONLY)
    enter(descriptor)
    try:
        for name, value in step["sysctl"].items():
            path = "/proc/sys/" + name
            # What this kernel does not have cannot be set; what must be there says so.
            if name in step.get("optional", ()) and not os.path.exists(path):
                continue
            try:
                with open(path, "w") as file:
                    file.write(str(value))
            except OSError as error:
                if name not in step.get("optional", ()):
                    raise OSError(error.errno, "%s in %s: %s" % (name, step["in"], os.strerror(error.errno)))
    finally:
        enter(home)
        os.close(descriptor)


def run_one(step):
    if "sysctl" in step:
        set_values(step)
        return ""
    return ended(step, start(step))


def ended(step, process):
    output, _ = process.communicate(step.get("input", "").encode())
    text = output.decode(errors="replace")
    if process.returncode != 0 and not step.get("mayFail"):
        place = " in " + step["in"] if step.get("in") else ""
        raise RuntimeError("%s%s ended with %d: %s" % (" ".join(step["argv"]), place, process.returncode, text[:2000]))
    return text


def run(command):
    """Runs stages one after the other; the steps of a stage are independent, a few run at once."""
    outputs = []
    for stage in command["stages"]:
        for step in [s for s in stage if "sysctl" in s]:
            set_values(step)
        steps = [s for s in stage if "argv" in s]
        for index in range(0, len(steps), 4):
            together = steps[index:index + 4]
            started = [start(step) for step in together]
            # The input is short, and the programs read it whole before they write.
            outputs += [ended(step, process) for step, process in zip(together, started)]
    return {"outputs": outputs}


def open_all(command):
    for name in command["namespaces"]:
        open_namespace(name)
    return {}


def probe(command):
    """Sends each of the probes; answers with a record for each."""
    found = []
    probes = command["probes"]
    for index in range(0, len(probes), BATCH):
        batch = []
        for one in probes[index:index + BATCH]:
            family = socket.AF_INET6 if ":" in one["destination"] else socket.AF_INET
            source, destination = (socket.inet_pton(family, one[end]) for end in ("source", "destination"))
            protocol = PROTOCOLS[one["protocol"]]
            packet = probe_packet(
                source, destination, protocol, one["sourcePort"], one["destinationPort"], one["number"]
            )
            record = {"number": one["number"], "seen": [], "received": [], "errors": []}
            records[one["number"]] = record
            batch.append(record)
            space = namespaces[one["in"]]
            sender = space.senders[family]
            if one.get("mark"):
                sender.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, one["mark"])
            send(space, packet, destination, record, "sendError")
            if one.get("mark"):
                sender.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 0)
        drain(batch)
        for record in batch:
            record["seen"].sort(key=lambda sighting: sighting[0])
            found.append(record)
        records.clear()
    return {"records": found}


COMMANDS = {"run": run, "open": open_all, "probe": probe, "clear": close_all}


def main():
    # Packets get the time at which they came only while somebody wants it, which takes effect a little later.
    clock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    clock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    for line in sys.stdin:
        try:
            command = json.loads(line)
            answer = COMMANDS[command["do"]](command)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is told, and the next command is read
            enter(home)
            answer = {"error": "%s: %s" % (type(error).__name__, error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
