"""A real DNS server, Knot, with a zone of its own on loopback."""
import contextlib
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import dns.exception
import dns.resolver

import program
from program import eventually

KNOT = shutil.which("knotd") or "/usr/sbin/knotd"


def free_port():
    """One that is free for UDP and TCP."""
    for _ in range(100):
        port = program.free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, contextlib.suppress(OSError):
            udp.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free for both UDP and TCP")


def split(text, size=255):
    """A text as the strings of one record: RFC 1035 §3.3 has 255 bytes a string."""
    return " ".join('"' + text[i:i + size].replace('"', '\\"') + '"' for i in range(0, len(text), size))


class Knot:
    """A real DNS server with one zone, and broken.test, whose zone it cannot load. `others`: records of further zones, by
    (zone, name within it, kind); they do not change."""

    def __init__(self, zone="shop.test", host="127.0.0.1", port=None, others=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sesame-knot-"))
        self.zone, self.host, self.port = zone, host, port or free_port()
        self.serial = 0
        self.rows = {}
        self.process = None
        self.write()
        (self.folder / "knot.conf").write_text(
            f'server:\n  rundir: "{self.folder}"\n  listen: {self.host}@{self.port}\n'
            f'database:\n  storage: "{self.folder}"\n'
            f'log:\n  - target: stderr\n    any: warning\n'
            f'zone:\n  - domain: {self.zone}\n    storage: "{self.folder}"\n    file: zone\n    zonefile-load: whole\n'
            f'  - domain: broken.test\n    storage: "{self.folder}"\n    file: none\n' + self.other_zones(dict(others)))
        self.start()

    def other_zones(self, rows):
        """Writes them; returns their part of the configuration."""
        zones = {zone: f"$ORIGIN {zone}.\n$TTL 1\n@ SOA ns.{self.zone}. admin.{self.zone}. 1 1 1 1 1\n@ NS ns.{self.zone}.\n"
                 for zone, _, _ in rows}
        for (zone, name, kind), value in rows.items():
            zones[zone] += f"{name} {kind} {value}\n"
        for zone, text in zones.items():
            (self.folder / zone).write_text(text)
        return "".join(f'  - domain: {zone}\n    storage: "{self.folder}"\n    file: {zone}\n' for zone in zones)

    def address(self):
        return f"{self.host}:{self.port}"

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([KNOT, "-c", self.folder / "knot.conf"], stderr=log, stdout=log)
        self.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def close(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

    def write(self):
        self.serial += 1
        lines = [f"$ORIGIN {self.zone}.\n$TTL 1\n@ SOA ns.{self.zone}. admin.{self.zone}. {self.serial} 1 1 1 1\n@ NS ns\n"
                 f"ns A {self.host}\n"]
        lines += [f"{name}. {kind} {value}\n" for (name, kind), values in self.rows.items() for value in values]
        (self.folder / "zone").write_text("".join(lines))

    def resolver(self, patience=2.0):
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port, resolver.lifetime = [self.host], self.port, patience
        return resolver

    def wait(self):
        def answers():
            try:
                return self.resolver(0.2).resolve(self.zone, "SOA")[0].serial == self.serial
            except dns.exception.DNSException:
                return False
        eventually(answers, 20, f"serial {self.serial} at {self.folder}")

    def publish(self, name, kind, *values):
        """Replaces all records of that name and kind; without values they vanish."""
        self.rows[name, kind] = values
        self.write()
        self.process.send_signal(signal.SIGHUP)
        self.wait()

    def publish_all(self, attributes):
        for row in attributes:
            value = "10 " + row["ExpectedValue"] if row["Type"] == "MX" else split(row["ExpectedValue"])
            self.rows[row["SendDomain"], row["Type"]] = [value]
        self.publish(f"other.{self.zone}", "TXT", '"x"')
