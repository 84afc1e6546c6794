"""A small Internet: a network namespace whose addresses look public, with a DNS server and mail servers of others in it.

enter() moves the whole test program into the namespace, so the program under test needs no switches: servers listen on
port 25 of addresses of their own, and it asks the DNS that the machine's /etc/resolv.conf names. Needs root.
"""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

import mail_servers
from knot import Knot
from mail_servers import propagation
from program import SENDER, b64, wait_uploaded

INSIDE = "SESAME_TEST_INTERNET"
DNS = "45.10.0.53"
ZONE = "test"
GUEST = "45.10.0.1"  # From here mail comes: an address of the machine itself.


def mounts_over(path):
    return sum(line.split()[4] == path for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines())


def enter(name):
    """Returns inside the namespace. Without the right to make one it says so, and the program ends well."""
    if os.environ.get(INSIDE):
        for command in ("ip link set lo up", f"ip address add {GUEST}/16 dev lo", "ip -6 address add 2a0e:1::1/64 dev lo"):
            subprocess.run(command.split(), check=True)
        resolv = pathlib.Path(os.environ[INSIDE])
        subprocess.run(["mount", "--bind", resolv, "/etc/resolv.conf"], check=True)
        return
    if os.geteuid() != 0 or subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode != 0:
        print(f"skipped {name}: making a network namespace needs root")
        sys.exit(0)
    mail_servers.unpack()  # The namespace reaches no one outside.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sesame-internet-"))
    (folder / "resolv.conf").write_text(f"nameserver {DNS}\noptions timeout:1 attempts:2\n")
    before = mounts_over("/etc/resolv.conf")
    try:
        inside = ["unshare", "--net", "--mount", "--propagation", propagation(), sys.executable, *sys.argv]
        done = subprocess.run(inside, env=dict(os.environ, **{INSIDE: str(folder / "resolv.conf")}))
    finally:
        # Where mounts can't be kept private, the one made inside is seen here.
        if mounts_over("/etc/resolv.conf") > before:
            subprocess.run(["umount", "/etc/resolv.conf"], check=False)
        shutil.rmtree(folder)
    sys.exit(done.returncode)


def open_dns(others=()):
    return Knot(zone=ZONE, host=DNS, port=53, others=others)


def verified_sender(client, dns, domain="mail.shop.test", sender=SENDER):
    """A domain whose records stand in the DNS, a sender of it, and a template; returns the template's number."""
    dns.publish_all(client.call("CreateEmailIdentity", EmailIdentity=domain, DKIMOption=0)["Attributes"])
    client.call("UpdateEmailIdentity", EmailIdentity=domain)
    client.call("CreateEmailAddress", EmailAddress=sender, EmailSenderName="Shop")
    content = {"Text": b64("Hello {{name}}, dear reader.\n")}
    return client.call("CreateEmailTemplate", TemplateName="letter", TemplateContent=content)["TemplateID"]


def mail_all(client, template, name, addresses):
    """The number of a task that mails them, as a group of that name."""
    group = client.call("CreateReceiver", ReceiversName=name)["ReceiverId"]
    client.call("CreateReceiverDetail", ReceiverId=group, Emails=addresses)
    wait_uploaded(client, group, 60)
    return client.call("BatchSendEmail", FromEmailAddress=SENDER, ReceiverId=group, Subject="News", TaskType=1,
                       Template={"TemplateID": template, "TemplateData": '{"name":"Ann"}'})["TaskId"]


def certificate(folder, name):
    """(certificate, key) of a server that nobody vouches for, as texts."""
    key, pem = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", pem],
                   check=True, capture_output=True)
    return pem.read_text(), key.read_text()


class Receiver:
    """Takes mail for the domains of `domains`, with TLS, and hands all of it to a mailbox server at `next_port`."""

    def __init__(self, domains, next_port, folder):
        super().__init__("bounces.invalid", 0, next_port)
        self.domains, self.port = domains, 25
        self.pem, self.key = certificate(folder, self.host)


class Postfix(Receiver, mail_servers.Postfix):
    address = "45.10.1.1"
    host = "mx.postfix.test"
    encrypts = True
    secrets = ("etc/postfix/key.pem",)

    def settings(self):
        main = f"""compatibility_level = 3.6
maillog_file = /dev/stdout
inet_interfaces = all
inet_protocols = ipv4
myhostname = {self.host}
mynetworks = 127.0.0.0/8
mydestination =
relay_domains = {" ".join(self.domains)}
local_recipient_maps =
alias_maps =
transport_maps = regexp:/etc/postfix/transport
smtp_host_lookup = native
smtpd_client_connection_count_limit = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/postfix/cert.pem
smtpd_tls_key_file = /etc/postfix/key.pem
smtpd_tls_received_header = yes
"""
        return {"etc/postfix/master.cf": mail_servers.postfix_services(25, scan_s=1, address=self.address) +
                "tlsmgr unix - - n 1000? 1 tlsmgr\n",
                "etc/postfix/main.cf": main, "etc/postfix/transport": f"/./ smtp:[127.0.0.1]:{self.next_port}\n",
                "etc/postfix/cert.pem": self.pem, "etc/postfix/key.pem": self.key}


class Exim(Receiver, mail_servers.Exim):
    address = "45.10.1.2"
    host = "mx.exim.test"
    encrypts = True

    def settings(self):
        return {"etc/exim4/cert.pem": self.pem, "etc/exim4/key.pem": self.key,
                "etc/exim4/exim4.conf": f"""primary_hostname = {self.host}
local_interfaces = {self.address}
daemon_smtp_ports = 25
domainlist relay_to_domains = {" : ".join(self.domains)}
tls_advertise_hosts = *
tls_certificate = /etc/exim4/cert.pem
tls_privatekey = /etc/exim4/key.pem
acl_smtp_rcpt = take
acl_smtp_data = accept
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 100
log_file_path = /var/log/exim4/%slog
begin acl
take:
  accept domains = +relay_to_domains
  deny message = relay not permitted
begin routers
next:
  driver = manualroute
  domains = +relay_to_domains
  transport = next
  route_list = * 127.0.0.1
  self = send
begin transports
next:
  driver = smtp
  port = {self.next_port}
  allow_localhost
begin retry
* * F,1d,1s
"""}


class OpenSmtpd(Receiver, mail_servers.OpenSmtpd):
    """It offers TLS and fails at every handshake, as Debian 12's does with OpenSSL 3 ("missing private key")."""
    address = "45.10.1.3"
    host = "mx.opensmtpd.test"
    encrypts = False
    secrets = ("etc/key.pem",)

    def settings(self):
        wanted = ", ".join(f'"{domain}"' for domain in self.domains)
        return {"etc/cert.pem": self.pem, "etc/key.pem": self.key, "etc/mailname": f"{self.host}\n",
                "etc/smtpd.conf": f"""pki "{self.host}" cert "/etc/cert.pem"
pki "{self.host}" key "/etc/key.pem"
table domains {{ {wanted} }}
listen on {self.address} port 25 tls pki "{self.host}" hostname {self.host}
action "next" relay host "smtp://127.0.0.1:{self.next_port}"
match from any for domain <domains> action "next"
"""}


SERVERS = (Postfix, Exim, OpenSmtpd)


@contextlib.contextmanager
def silent_host(address):
    """A server whose queue of connections is full, so that the kernel answers no further one."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((address, 25))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((address, 25))
        yield
