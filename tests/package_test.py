#!/usr/bin/python3
"""The package of ./dev package in a bare Debian: installed, started as its unit says, upgraded, removed, purged.

Usage: package_test.py PACKAGE. The bare Debian is made from this machine's own package sources, with what the package depends on
and systemd, which does not run there: it judges the unit, and the tests start the program with the unit's ExecStart as the unit's
user. Needs root, for chroot.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import kept_folders  # noqa: E402
import program  # noqa: E402
from mail_servers import propagation  # noqa: E402
from program import OWN, ROOT, Client, eventually  # noqa: E402

PACKAGE = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
EXPOSURE_MAX = 3.0
BEFORE = "0.1.0"


def output(*command, **more):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        raise AssertionError(f"{shlex.join(map(str, command))}: status {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def dependencies(package):
    """The names of the packages that it depends on; of alternatives the first."""
    field = output("dpkg-deb", "-f", package, "Depends")
    return [re.match(r"[a-z0-9.+-]+", each.strip())[0] for each in field.split(",")]


def make_bare_debian(root, packages):
    sources = [path for path in (pathlib.Path("/etc/apt/sources.list"), *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*")))
               if path.suffix in (".list", ".sources") and path.is_file()]
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    settings = root.with_suffix(".apt")  # How this machine reaches its sources.
    settings.write_text(output("apt-config", "dump", "Acquire"))
    # Its mounts vanish with it, however it ends.
    output("unshare", "--mount", "--propagation", propagation(), "mmdebstrap", "--mode=root", "--variant=apt", f"--aptopt={settings}",
           '--aptopt=Acquire::Retries "3"', "--dpkgopt=force-unsafe-io",
           f"--include={','.join(packages)}", release["VERSION_CODENAME"].strip('"'), root, *sources)


class Unit:
    """What the installed unit says. The last value of a key counts."""

    def __init__(self, path):
        self.values = dict(re.findall(r"^(\w+)=(.*)$", path.read_text(), re.M))

    def __getitem__(self, key):
        return self.values[key]


def setUpModule():
    """One bare Debian for all tests: each installs the package and purges it."""
    PackageCase.folder = pathlib.Path(tempfile.mkdtemp(prefix="package-", dir=ROOT / "build"))
    unittest.addModuleCleanup(shutil.rmtree, PackageCase.folder)
    PackageCase.root = PackageCase.folder / "root"
    make_bare_debian(PackageCase.root, [*dependencies(PACKAGE), "systemd"])


class PackageCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = cls.root / "var/lib/sesame"
        cls.first = cls.data / "first-credential"
        cls.settings = cls.root / "etc/sesame/sesame.toml"
        cls.version = output("dpkg-deb", "-f", PACKAGE, "Version").strip()

    def setUp(self):
        self.process = None
        self.addCleanup(self.leave)

    def leave(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if (self.root / "var/lib/dpkg/info/sesame.list").exists():
            self.inside("dpkg", "--purge", "sesame")

    def inside(self, *command, **variables):
        """Runs a command in the bare Debian as root; what it printed."""
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **variables}
        return output("/usr/sbin/chroot", self.root, *command, env=clean)

    def install(self, package=None, *options):
        shutil.copyfile(package or PACKAGE, self.root / "tmp/sesame.deb")
        return self.inside("dpkg", "--force-unsafe-io", *options, "--install", "/tmp/sesame.deb")

    def installed(self):
        return [str(path.relative_to(self.root)) for part in ("etc", "usr", "var/lib") for path in (self.root / part).rglob("*sesame*")
                if not path.is_relative_to(self.root / "var/lib/dpkg")]

    def owner(self, path):
        status = path.lstat()
        users, groups = ({line.split(":")[2]: line.split(":")[0] for line in (self.root / file).read_text().splitlines()}
                         for file in ("etc/passwd", "etc/group"))
        return users[str(status.st_uid)], groups[str(status.st_gid)], status.st_mode & 0o7777

    def start(self, **variables):
        """The unit's program as its user, with a port that the kernel chooses. Its output is what the journal would keep."""
        low = "net_bind_service"
        unit = Unit(self.root / "lib/systemd/system/sesame.service")
        command = ["/usr/sbin/chroot", self.root, "/usr/bin/setpriv", f"--reuid={unit['User']}", f"--regid={unit['Group']}", "--clear-groups",
                   "--no-new-privs", f"--inh-caps=-all,+{low}", f"--ambient-caps=-all,+{low}", f"--bounding-set=-all,+{low}",
                   "--", *shlex.split(unit["ExecStart"])]
        self.journal = self.folder / "journal"
        with open(self.journal, "wb") as journal:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=journal, stderr=journal,
                                            env={"PATH": "/usr/bin", "SESAME_LISTEN": "127.0.0.1:0", **variables})
        self.port = int(eventually(self.endpoint, 60, "the started program")[1])
        self.client = Client(self.port)
        self.addCleanup(self.client.close)

    def endpoint(self):
        said = self.journal.read_text()
        self.assertIsNone(self.process.poll(), said)
        return re.search(r"serves the API at http://127\.0\.0\.1:(\d+)", said)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(timeout=60), 0, self.journal.read_text())

    def caller(self, credential):
        return kept_folders.Caller(self.client, credential, kept_folders.SETTLED)

    def inbox(self, caller, address):
        return [mail for mail in caller.call("ListInboxMails", OWN, Offset=0, Limit=100)["Data"] if mail["To"] == address]

    def make_older_package(self):
        """The same package as an earlier version, with other default settings. There is none of BEFORE."""
        folder = self.folder / "older"
        output("dpkg-deb", "--raw-extract", PACKAGE, folder)
        for name, was, becomes in (("DEBIAN/control", f"Version: {self.version}", f"Version: {BEFORE}"),
                                   ("etc/sesame/sesame.toml", "# The settings", "# The first settings")):
            text = (folder / name).read_text()
            self.assertIn(was, text)
            (folder / name).write_text(text.replace(was, becomes))
        output("dpkg-deb", "--root-owner-group", "-Znone", "--build", folder, self.folder / "older.deb")
        shutil.rmtree(folder)
        return self.folder / "older.deb"


class FirstInstallation(PackageCase):
    def test_it_serves_mails_and_leaves_without_a_trace(self):
        self.assertEqual(self.installed(), [])
        self.assertIn("/var/lib/sesame/first-credential", self.install())
        self.check_files()
        kept = self.first.read_text()
        self.start()
        credential = self.credential()
        self.mail(credential)
        self.stop()
        self.assertEqual(self.first.read_text(), kept)
        self.assertNotIn(credential["key"], self.journal.read_text())
        self.inside("dpkg", "--remove", "sesame")
        self.assertFalse((self.root / "usr/bin/sesame").exists())
        self.assertTrue((self.data / "sesame.db").exists() and self.settings.exists(), "removing takes the program only")
        self.first.unlink()
        self.install()
        self.assertFalse(self.first.exists(), "a server with data has its credentials")
        self.start()
        self.assertEqual(len(self.inbox(self.caller(credential), "ann@shop.test")), 1)
        self.stop()
        self.inside("dpkg", "--purge", "sesame")
        self.assertEqual(self.installed(), [])

    def credential(self):
        found = dict(re.findall(r"^export TENCENTCLOUD_SECRET_(ID|KEY)=(\S+)$", self.first.read_text(), re.M))
        return {"id": found["ID"], "key": found["KEY"]}

    def check_files(self):
        self.assertEqual(self.owner(self.data), ("sesame", "sesame", 0o700))
        self.assertEqual(self.owner(self.first), ("sesame", "sesame", 0o600))
        self.assertEqual(self.owner(self.settings), ("root", "sesame", 0o640))
        self.assertEqual(self.owner(self.root / "usr/bin/sesame"), ("root", "root", 0o755))
        self.assertEqual(self.inside("/usr/bin/sesame", "version").strip(), self.version)
        self.assertTrue((self.root / "etc/systemd/system/multi-user.target.wants/sesame.service").is_symlink())
        self.assertIn("/etc/sesame/sesame.toml", (self.root / "var/lib/dpkg/info/sesame.conffiles").read_text())
        shown = json.loads(self.inside("/usr/bin/sesame", "config", "--json"))
        self.assertEqual({row["setting"]: row["value"] for row in shown if "/etc/sesame/sesame.toml" in row["from"]},
                         {"data_dir": "/var/lib/sesame", "listen": "127.0.0.1:8080"})

    def mail(self, credential):
        """As somebody who has installed it would: with the program's own commands."""
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.port}", "TENCENTCLOUD_SECRET_ID": credential["id"],
                  "TENCENTCLOUD_SECRET_KEY": credential["key"], "HOME": "/root"}
        (self.root / "tmp/readers.csv").write_text("email,name\nann@shop.test,Ann\n")
        for command in ("call CreateEmailIdentity --EmailIdentity mail.shop.test",
                        "call CreateEmailAddress --EmailAddress news@mail.shop.test",
                        f"call CreateEmailTemplate --TemplateName hello --TemplateContent.Text {program.b64('Hello {{name}}')}",
                        "import /tmp/readers.csv --group readers",
                        "send --group readers --from news@mail.shop.test --subject News --template hello --watch"):
            self.inside("/usr/bin/sesame", *command.split(), **access)
        self.assertEqual(len(self.inbox(self.caller(credential), "ann@shop.test")), 1)

    def test_a_low_port_is_open_to_it(self):
        self.install()
        number = os.getpid()  # Another run at the same time takes another address.
        address = f"127.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.start(SESAME_BOUNCES_DOMAIN="bounces.shop.test", SESAME_BOUNCES_LISTEN=f"{address}:825")
        socket.create_connection((address, 825), timeout=20).close()
        self.stop()


class Upgrade(PackageCase):
    def test_data_and_settings_of_an_earlier_version_stay(self):
        self.install(self.make_older_package())
        self.first.unlink()
        shutil.rmtree(self.data)
        kept = ROOT / "tests" / "data" / BEFORE
        expected = json.loads((kept / kept_folders.EXPECTED).read_text())
        kept_folders.unpack(kept, self.data)
        self.inside("chown", "-R", "sesame:sesame", "/var/lib/sesame")
        own = self.settings.read_text() + '\n[log]\nform = "json"\n'
        self.settings.write_text(own)
        self.install(None, "--force-confold")
        self.assertEqual(self.settings.read_text(), own)
        self.assertEqual(self.owner(self.settings), ("root", "sesame", 0o640))
        self.assertFalse(self.first.exists(), "a server with data has its credentials")
        self.start()
        caller = self.caller(expected["credentials"]["first"])
        answer = caller.call("ListReceivers", Offset=0, Limit=100)
        was = next(read["answer"] for read in expected["reads"] if read["action"] == "ListReceivers")
        self.assertEqual(answer["TotalCount"], was["TotalCount"])
        caller.call("SendEmail", FromEmailAddress=expected["senders"]["news"], Destination=["late@post.test"], Subject="Late",
                    Template={"TemplateID": expected["template"], "TemplateData": "{}"})
        eventually(lambda: self.inbox(caller, "late@post.test"), 20, "the mail in the inbox")
        self.stop()


class InstalledFiles(PackageCase):
    def setUp(self):
        super().setUp()
        self.install()

    def test_the_unit_is_valid_and_hardened(self):
        self.assertEqual(self.inside("systemd-analyze", "verify", "--man=no", "sesame.service"), "")
        judged = self.inside("systemd-analyze", "security", "--offline=true", "--no-pager", "sesame.service")
        exposure = float(re.search(r"Overall exposure level for sesame\.service: ([\d.]+)", judged)[1])
        self.assertLessEqual(exposure, EXPOSURE_MAX, judged)
        unit = Unit(self.root / "lib/systemd/system/sesame.service")
        for key, value in {"NoNewPrivileges": "true", "ProtectSystem": "strict", "MemoryMax": "75%", "LimitCORE": "0",
                           "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE", "User": "sesame"}.items():
            self.assertEqual(unit[key], value, key)
        self.assertGreaterEqual(int(unit["LimitNOFILE"]), 65536)

    def test_manual_and_completion_name_every_command(self):
        manual = output("gzip", "-dc", self.root / "usr/share/man/man1/sesame.1.gz").replace("\\-", "-")
        completion = (self.root / "usr/share/bash-completion/completions/sesame").read_text()
        commands = list(self.commands())
        self.assertGreater(len(commands), 30)
        for command, usage in commands:
            self.assertIn(f'\n.SS sesame {command}\n', manual)
            self.assertIn(f'"sesame {command}")', completion)
            section = manual.split(f"\n.SS sesame {command}\n")[1].split("\n.SS ")[0]
            for flag in set(re.findall(r"(?m)^  (?:-\w,)?(--[a-z-]+)", usage)) - {"--help"}:
                self.assertIn(flag, section, command)
                self.assertIn(flag, completion, command)

    def commands(self, *above):
        """(command, its help) of all commands, from the help of those above."""
        for line in self.inside("/usr/bin/sesame", *above, "--help").partition("\nSubcommands:\n")[2].splitlines():
            if found := re.match(r"  (\w[\w-]*)", line):
                command = (*above, found[1])
                yield " ".join(command), self.inside("/usr/bin/sesame", *command, "--help")
                yield from self.commands(*command)


if __name__ == "__main__":
    program.main()
