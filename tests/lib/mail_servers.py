"""Mail servers of others, from Debian's packages: Postfix, Exim and OpenSMTPD, each with settings of its own.

They conflict with each other as packages and would start as services, so they are not installed: their packages are
unpacked into build/peers/, and each runs in a file system of its own (a mount and a process namespace, made by
`unshare`), in which they lie where they expect themselves. Nothing outside is touched, and all of it ends with the
first process. They share the machine's loopback. Needs root.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from program import ROOT, eventually, free_port

PEERS = ROOT / "build" / "peers"
# With what they link that other packages of `dev` do not bring along.
PACKAGES = ["postfix", "exim4-base", "exim4-daemon-light", "opensmtpd", "libidn12", "libevent-2.1-7", "libgnutls-dane0",
            "libunbound8", "libicu72", "libsasl2-2"]
PROGRAMS = ["usr/sbin/postfix", "usr/sbin/exim4", "usr/sbin/smtpd"]

USERS = """root:x:0:0::/root:/bin/sh
Debian-exim:x:901:901::/var/spool/exim4:/bin/false
opensmtpd:x:902:902::/var/lib/opensmtpd/empty:/bin/false
opensmtpq:x:903:903::/:/bin/false
postfix:x:904:904::/var/spool/postfix:/bin/false
nobody:x:65534:65534::/:/bin/false
"""
GROUPS = """root:x:0:
Debian-exim:x:901:
opensmtpd:x:902:
opensmtpq:x:903:
postfix:x:904:
postdrop:x:905:
nogroup:x:65534:
"""

# $1 the unpacked packages, $2 an empty folder, $3 the settings, then the command. The settings are laid over the root.
HOUSE = r"""
set -e
peers=$1 house=$2 settings=$3
shift 3
mount -t tmpfs tmpfs "$house"
mkdir -p "$house/upper" "$house/work" "$house/root"
root=$house/root
mkdir -p "$root"/{usr,dev,proc,etc,run,tmp,root,var/mail,var/lib/opensmtpd/empty,var/lib/postfix,var/log/exim4}
mkdir -p "$root"/var/spool/{exim4,smtpd,postfix}
mount -t overlay overlay -o "lowerdir=$peers/usr:/usr,upperdir=$house/upper,workdir=$house/work" "$root/usr"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
cd "$root"
ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; ln -s usr/lib64 lib64; ln -s ../run var/run
chmod 1777 tmp
cp /etc/{services,protocols,nsswitch.conf,hosts,ld.so.cache} etc/ 2>/dev/null || true
cp -r "$peers/etc/." etc/
cp -r "$settings/." .
chown -R 901:901 var/spool/exim4 var/log/exim4
chown 904:904 var/lib/postfix
chmod 711 var/spool/smtpd
exec chroot . "$@"
"""


def unpack():
    """Fetches and unpacks what is missing."""
    if all((PEERS / name).exists() for name in PROGRAMS):
        return
    shutil.rmtree(PEERS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        fetch = ["apt-get", "-qq", "download", *PACKAGES]
        if subprocess.run(fetch, cwd=folder, capture_output=True).returncode != 0:
            subprocess.run(["apt-get", "-qq", "update"], check=True)
            subprocess.run(fetch, cwd=folder, check=True)
        fresh = pathlib.Path(folder) / "root"
        for package in sorted(pathlib.Path(folder).glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(package), str(fresh)], check=True)
        for program in fresh.rglob("*"):
            if program.is_file() and not program.is_symlink() and program.stat().st_mode & 0o6000:
                program.chmod(0o755)  # Nobody outside is to gain anything by them.
        PEERS.parent.mkdir(exist_ok=True)
        shutil.copytree(fresh, PEERS, symlinks=True)


def propagation():
    """Private, so that nothing outside sees the mounts; in a chroot that can't be had: stop() takes them away."""
    probe = ["unshare", "--mount", "--propagation", "private", "true"]
    return "private" if subprocess.run(probe, capture_output=True).returncode == 0 else "unchanged"


class MailServer:
    """Takes mail for post.test from loopback at `port`, and hands mail for the bounce domain to `home_port`. Accepts
    every recipient first; what becomes of it then stands in the local part:

    ok*: delivered; gone*: no such user; full*: no room; late*: tried again for ever.

    What it can't refuse by itself it hands on to `next_port`, where a server that refuses so listens.
    """
    command = []
    address = "127.0.0.1"
    secrets = ()  # Files of settings() that only root may read.

    def __init__(self, bounce_domain, home_port, next_port):
        self.bounce_domain = bounce_domain
        self.home_port = home_port
        self.next_port = next_port
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sesame-mta-"))
        self.process = None

    def settings(self):
        """Path → text, laid over the root of its file system."""
        raise NotImplementedError

    def start(self):
        unpack()
        files = {"etc/passwd": USERS, "etc/group": GROUPS, **self.settings()}
        for name, text in files.items():
            path = self.folder / "settings" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            if name in self.secrets:
                path.chmod(0o600)
        (self.folder / "house").mkdir()
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--propagation", propagation(), "--pid", "--fork", "--kill-child", "bash", "-c", HOUSE,
                 "house", str(PEERS), str(self.folder / "house"), str(self.folder / "settings"), *self.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(self.answers, 20, f"{type(self).__name__} at its port")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{type(self).__name__} ended: {self.log()}")
        with contextlib.suppress(OSError), socket.create_connection((self.address, self.port), timeout=2) as line:
            return line.recv(3) == b"220"
        return False

    def log(self):
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def stop(self):
        if self.process and self.process.poll() is None:
            # The first process of the namespace: with it goes everything in it. `unshare` can't be relied on to end it,
            # since a server that changes its user is no longer told of its parent's death.
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            for child in children:
                os.kill(int(child), signal.SIGKILL)
            if not children:
                self.process.kill()
            self.process.wait()
        if os.path.ismount(self.folder / "house"):
            subprocess.run(["umount", "--lazy", str(self.folder / "house")], check=True)
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.folder)], check=False)


def postfix_services(port, scan_s, address="127.0.0.1"):
    """A master.cf whose queue is looked through every `scan_s` seconds."""
    return f"""{address}:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n {scan_s} 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix(MailServer):
    command = ["postfix", "start-fg"]

    def settings(self):
        main = """compatibility_level = 3.6
maillog_file = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.post.test
mynetworks = 127.0.0.0/8
mydestination = post.test
local_recipient_maps =
alias_maps =
transport_maps = regexp:/etc/postfix/transport
smtp_host_lookup = native
smtpd_client_connection_count_limit = 0
delay_warning_time = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 3s
queue_run_delay = 1s
"""
        transport = f"""/^ok.*@post\\.test$/ discard:
/^(full|late).*@post\\.test$/ smtp:[127.0.0.1]:{self.next_port}
/@{self.bounce_domain}$/ smtp:[127.0.0.1]:{self.home_port}
"""
        return {"etc/postfix/master.cf": postfix_services(self.port, scan_s=1), "etc/postfix/main.cf": main,
                "etc/postfix/transport": transport}


class Exim(MailServer):
    command = ["exim4", "-bdf", "-q1s"]

    def settings(self):
        return {"etc/exim4/exim4.conf": f"""primary_hostname = mx.post.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.port}
hostlist relay_from_hosts = 127.0.0.1
acl_smtp_rcpt = accept
acl_smtp_data = accept
host_lookup =
rfc1413_query_timeout = 0s
log_file_path = /var/log/exim4/%slog
delay_warning = 1s:1d
begin routers
home:
  driver = manualroute
  domains = {self.bounce_domain}
  transport = home
  route_list = * 127.0.0.1
  self = send
ok:
  driver = redirect
  local_parts = ^ok
  data = :blackhole:
gone:
  driver = redirect
  local_parts = ^gone
  allow_fail
  data = :fail: User unknown
full:
  driver = redirect
  local_parts = ^full
  allow_fail
  data = :fail: 552 5.2.2 mailbox is full, quota exceeded
late:
  driver = redirect
  local_parts = ^late
  allow_defer
  data = :defer: the mailbox is busy
begin transports
home:
  driver = smtp
  port = {self.home_port}
  allow_localhost
begin retry
* * F,1d,1s
"""}


class OpenSmtpd(MailServer):
    """It knows at RCPT whom it has, so all mail goes one server further, which refuses."""
    command = ["smtpd", "-d"]

    def settings(self):
        return {"etc/smtpd.conf": f"""listen on 127.0.0.1 port {self.port} hostname mx.post.test
bounce warn-interval 1s
action "home" relay host "smtp://127.0.0.1:{self.home_port}"
action "next" relay host "smtp://127.0.0.1:{self.next_port}"
match from any for domain "{self.bounce_domain}" action "home"
match from any for domain "post.test" action "next"
""", "etc/mailname": "mx.post.test\n"}


if __name__ == "__main__":
    unpack()
    sys.exit(0)
