"""Where and with what the measurements run: folders, sizes, the program and the load generator."""
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "lib"))
import program  # noqa: E402

TOOLS = pathlib.Path(os.environ.get("SESAME_BENCH_TOOLS", ROOT / "build" / "bench"))


@dataclasses.dataclass
class Sizes:
    rounds: int = 3
    recipients: int = 1_000_000
    batch: int = 20_000
    groups: int = 4
    single_uploads: int = 20_000
    call_seconds: float = 3
    mails: int = 30_000
    postfix_mails: int = 3_000
    submitted_mails: int = 15_000
    growth: int = 10_000_000
    events: int = 500_000


QUICK = Sizes(rounds=1, recipients=40_000, single_uploads=500, call_seconds=0.5, mails=1_000, postfix_mails=100,
              submitted_mails=200, growth=200_000, events=20_000)


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def folder():
    """On a disk (not /tmp, which may be memory), readable for the users that peers run as; removed afterwards."""
    path = tempfile.mkdtemp(prefix="sesame-bench-", dir="/var/tmp")
    os.chmod(path, 0o755)
    try:
        yield pathlib.Path(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def sesame(path, **settings):
    """The program with its limits off, stopped at the end whatever happens."""
    server = program.Program(path, **{"limits.recipients_per_group": 0, **settings})
    try:
        yield server.start()
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.stop()
        if server.process and server.process.poll() is None:
            server.kill()


def tool(name, *words, seconds=180):
    done = subprocess.run([str(TOOLS / name), *map(str, words)], capture_output=True, text=True, timeout=seconds)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: {done.stderr.strip()[-1000:]}")
    return done.stdout


def load(mode, port, *words):
    """The load generator's report."""
    signing = () if mode == "get" else (program.SECRET_ID, program.SECRET_KEY)
    return json.loads(tool("bench_load", mode, port, *signing, *words))


def new_groups(client, count, prefix):
    return [client.call("CreateReceiver", ReceiversName=f"{prefix} {i}")["ReceiverId"] for i in range(count)]


def healthy(port):
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return answer.status == 200
    return False


def bytes_under(path):
    return sum(file.stat().st_size for file in pathlib.Path(path).rglob("*") if file.is_file())
