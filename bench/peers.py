"""The programs that Sesame is measured beside. Each listens on loopback, keeps its files in a folder that it is given
and is stopped by its own pid."""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import time

from setting import program  # It also makes the folder of the tests known.
import mail_servers  # noqa: E402

os.environ["PATH"] += ":/usr/sbin:/sbin"
ROOT_USER = os.geteuid() == 0


class Missing(Exception):
    """A peer can't run here; the measurement says so instead of giving a figure."""


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Missing(f"{program} is not installed")



def wait_for_port(port, process=None, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process and process.poll() is not None:
            raise Missing(f"{process.args[0]} ended with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise Missing(f"nothing listens on port {port}")


def stop(process, seconds=10):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def cpu_seconds(*pids):
    """User and system time of the processes, all threads, so far."""
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def workers_of(process, seconds=10):
    """The pids of its children; it listens before it has them."""
    children, end = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children"), time.monotonic() + seconds
    while len(pids := children.read_text().split()) < os.cpu_count():
        if time.monotonic() > end:
            raise Missing("nginx starts no workers")
        time.sleep(0.02)
    return [int(pid) for pid in pids]


@contextlib.contextmanager
def nginx(folder, body_bytes):
    """Serves /file of that size and redirects /redirect, one worker a core. Yields (port, worker pids)."""
    need("nginx")
    folder = pathlib.Path(folder)
    (folder / "file").write_bytes(b"x" * body_bytes)
    port = program.free_port()
    (folder / "nginx.conf").write_text(f"""
{'user root;' if ROOT_USER else ''}
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; open_file_cache max=10; open_file_cache_valid 600s;
  keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port} reuseport; root {folder};
    location /redirect {{ return 302 https://shop.example/spring?from=mail; }} }}
}}
""")
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
                               stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port, workers_of(process)
    finally:
        stop(process)


@contextlib.contextmanager
def smtp_sink():
    """Postfix's test server: accepts every mail and forgets it. Yields (port, pid)."""
    need("smtp-sink")
    port = program.free_port()
    user = ["-u", "nobody"] if ROOT_USER else []
    process = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{port}", "1000"], stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield port, process.pid
    finally:
        stop(process)


def smtp_source(port, mails, sessions, bytes_each, seconds=120):
    """Sends mails as fast as the server takes them, sessions kept open; returns the seconds it took."""
    need("smtp-source")
    start = time.monotonic()
    subprocess.run(["smtp-source", "-d", "-s", str(sessions), "-m", str(mails), "-l", str(bytes_each),
                    "-f", "news@mail.shop.test", "-t", "someone@sink.test", f"127.0.0.1:{port}"],
                   check=True, timeout=seconds)
    return time.monotonic() - start


class Postfix:
    """A whole Postfix of its own: queue, settings and log in the folder, /etc untouched. It relays to the sink."""

    def __init__(self, folder, sink_port, sessions):
        need("postfix", "smtp-source")
        if not ROOT_USER:
            raise Missing("Postfix starts only as root")
        self.folder = pathlib.Path(folder)
        self.port = program.free_port()
        for name in ("etc", "queue", "data"):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / "data", pwd.getpwnam("postfix").pw_name)
        (self.folder / "etc" / "master.cf").write_text(mail_servers.postfix_services(self.port, scan_s=300))
        (self.folder / "etc" / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/data
maillog_file = {self.folder}/log
maillog_file_prefixes = {self.folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = bench.test
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
alias_maps =
relayhost = [127.0.0.1]:{sink_port}
smtp_host_lookup = native
default_destination_concurrency_limit = {sessions}
initial_destination_concurrency = {sessions}
smtpd_client_connection_count_limit = 0
""")

    def control(self, word):
        done = subprocess.run(["postfix", "-c", str(self.folder / "etc"), word], capture_output=True, timeout=60)
        if done.returncode != 0 and word == "start":
            raise Missing(f"Postfix does not start: {done.stderr.decode()[-300:]}")

    def __enter__(self):
        self.control("start")
        wait_for_port(self.port)
        return self

    def __exit__(self, *_):
        self.control("stop")

    def queued(self):
        names = ("maildrop", "incoming", "active", "deferred")
        return sum(len(files) for name in names for _, _, files in os.walk(self.folder / "queue" / name))

    def send(self, mails, sessions, bytes_each, seconds=120):
        """Seconds from the first mail handed in until the queue is empty again."""
        start = time.monotonic()
        smtp_source(self.port, mails, sessions, bytes_each, seconds)
        while self.queued() > 0:
            if time.monotonic() - start > seconds:
                raise Missing("Postfix did not empty its queue in time")
            time.sleep(0.05)
        return time.monotonic() - start


def rsa_signs_per_second(bits, seconds=2):
    """What all cores together sign, by `openssl speed`."""
    need("openssl")
    text = subprocess.run(["openssl", "speed", "-seconds", str(seconds), "-multi", str(os.cpu_count()), f"rsa{bits}"],
                          capture_output=True, text=True, check=True, timeout=60).stdout
    return float(re.search(rf"rsa\s+{bits} bits\s+[\d.]+s\s+[\d.]+s\s+([\d.]+)", text).group(1))
