#!/usr/bin/env python3
"""Reads the project's tests and names what breaks a rule of docs/tests.md: names, sizes, promises that nobody runs, scenes and
rows about them that do not fit.

Usage: tests_check.py. Exit status 1 when a rule is broken. Each rule says what to do instead.
"""
import ast
import pathlib
import re
import subprocess
import sys

PROMISES, SCENES, PAGE = "tests/promises/", "web/scenes/", "docs/tests.md"
RUN_SCENES = re.compile(r'run_scenes\(\s*"([^"]+)"')
ROW_OF_SCENES = re.compile(r"^\|[^|]*\|([^|]*)\|$", re.M)
FILE_LINES = 400
CPP_TEST = re.compile(r"^[ \t]*(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P)\s*\(\s*(\w+)\s*,\s*(\w+)", re.M)
SUITE = re.compile(r"[A-Z][A-Za-z0-9]*")
SENTENCE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def check_cpp_names(path, text):
    if not path.endswith((".cpp", ".hpp")):
        return
    for found in CPP_TEST.finditer(text):
        suite, name = found.groups()
        if not SENTENCE.fullmatch(name):
            yield line_of(text, found.start(2)), f"the test name `{name}`: write what holds, in snake_case"
        if not SUITE.fullmatch(suite):
            yield line_of(text, found.start(1)), f"the suite `{suite}`: name the type or noun under test, in CamelCase"


def check_size(path, text):
    lines = text.count("\n")
    if path.endswith(".py") and lines > FILE_LINES:
        yield 1, f"{lines} lines, at most {FILE_LINES}: split it by what is promised, and move what both need to tests/lib/"


def check_python(path, text, promises):
    """Names of test methods, and imports from promises."""
    if not path.endswith(".py"):
        return
    try:
        tree = ast.parse(text, path)
    except SyntaxError as fault:
        yield fault.lineno or 1, f"not Python: {fault.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test") and not SENTENCE.fullmatch(node.name):
            yield node.lineno, f"the test name `{node.name}`: write test_ and what holds, in snake_case"
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for module in modules:
            if set(module.split(".")) & {*promises, "promises"}:
                yield node.lineno, f"an import from the promise `{module}`: move what both need to tests/lib/"


def check_promise(path, text, mode):
    """`mode` is the file's mode in git."""
    if not path.startswith(PROMISES):
        return
    name = path.removeprefix(PROMISES)
    if not name.endswith(".py") or not SENTENCE.fullmatch(name.removesuffix(".py")):
        yield 1, "a promise is a file whose name says what is promised in snake_case, and ends in .py"
    if mode != "100755":
        yield 1, f"a promise that is not executable (mode {mode}) is never run: git update-index --chmod=+x {path}"
    if not text.startswith('#!/usr/bin/python3\n"""Promise: '):
        yield 1, 'a promise begins with #!/usr/bin/python3 and a docstring """Promise: ...'


def check_file(path, text, mode, promises):
    yield from check_cpp_names(path, text)
    yield from check_size(path, text)
    yield from check_python(path, text, promises)
    yield from check_promise(path, text, mode)


def check_scenes(page, promises, scenes, runners):
    """The table of scenes in docs/tests.md (`page`) against the texts of promises and scenes, by name, and of all `runners`:
    (file, what) for each fault."""
    begin = page.index("\n| scene | promise |")
    table = page[begin:page.index("\n\n", begin + 1)]
    rows = ROW_OF_SCENES.findall(table)[2:]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    for row in rows:
        if not re.search(r"`\w+`", row):
            yield PAGE, f"a row of the table of scenes names no promise: {row.strip()}"
    for name in sorted(named - set(promises)):
        yield PAGE, f"the promise `{name}` of the table of scenes does not exist"
    for name, text in sorted(promises.items()):
        if RUN_SCENES.search(text) and name not in named:
            yield f"{PROMISES}{name}.py", f"it plays scenes in a browser, and the table of {PAGE} has no row for it"
    run = {file for text in runners for file in RUN_SCENES.findall(text)}
    for file in sorted(run - set(scenes)):
        yield SCENES + file, "a promise runs it, and it does not exist"
    for file, text in sorted(scenes.items()):
        if "from 'node:test'" in text and re.search(r"(?<![.\w])test\(", text) and file not in run:
            yield SCENES + file, "no promise runs it"


def check_tree_of_scenes():
    read = lambda path: path.read_text(encoding="utf-8", errors="replace")  # noqa: E731
    promises = {path.stem: read(path) for path in pathlib.Path(PROMISES).glob("*.py")}
    scenes = {path.name: read(path) for path in pathlib.Path(SCENES).glob("*.mjs")}
    runners = [*promises.values(), read(pathlib.Path("tests/visual.py"))]
    yield from check_scenes(read(pathlib.Path(PAGE)), promises, scenes, runners)


def self_test_of_scenes():
    page = "x\n\n| scene | promise |\n|---|---|\n| a b | `a_b` |\n| c | `c_d`; the page: `a_b` |\n\ny `e_f`\n"
    scene = "import { test } from 'node:test';\ntest('a', () => 1);\n"
    whole = {"page": page, "promises": {"a_b": 'run_scenes("a.mjs", server)', "c_d": "", "g_h": ""}, "scenes": {"a.mjs": scene, "steps.mjs": ""}}

    def faults(**change):
        world = {**whole, **change}
        return list(check_scenes(runners=world["promises"].values(), **world))
    broken = [dict(page=page.replace("`a_b`", "`a_x`")), dict(page=page.replace("`a_b` |\n| c", "nobody |\n| c")),
              dict(promises={**whole["promises"], "g_h": 'run_scenes("a.mjs")'}), dict(scenes={**whole["scenes"], "b.mjs": scene}),
              dict(scenes={"steps.mjs": ""})]
    silent = [change for change in broken if not faults(**change)]
    if silent or faults():
        sys.exit(f"tests_check: self test failed: silent about {silent}, or refused: {faults()}")


def self_test():
    """The checker must notice each kind of fault, or its silence means nothing."""
    head = '#!/usr/bin/python3\n"""Promise: x."""\n'
    faults = [
        ("src/net/a_test.cpp", "TEST(Stream, ReadsAll) {}\n", "100644"),
        ("src/net/b_test.cpp", "TEST_F(StreamTest,\n       readsAll) {}\n", "100644"),
        ("src/net/c_test.cpp", "TEST(stream_test, reads_all) {}\n", "100644"),
        ("bench/a.py", "x = 1\n" * (FILE_LINES + 1), "100644"),
        ("tests/lib/a.py", "from memory_stays_flat import PEAK\n", "100644"),
        ("tests/lib/b.py", "def f():\n    import promises.memory_stays_flat\n", "100644"),
        ("tests/lib/c.py", "def testThat():\n    pass\n", "100644"),
        ("tests/lib/d.py", "def f(:\n", "100644"),
        ("tests/promises/a.py", head, "100644"),
        ("tests/promises/B.py", head, "100755"),
        ("tests/promises/c.sh", head, "100755"),
        ("tests/promises/d.py", "#!/usr/bin/python3\n", "100755"),
    ]
    silent = [path for path, text, mode in faults if not list(check_file(path, text, mode, {"memory_stays_flat"}))]
    clean = [("src/net/d_test.cpp", "TEST_F(StreamTest, reads_ipv6_addresses) {}\n// TEST(Stream, ReadsAll)\n", "100644"),
             ("tests/promises/e.py", head + "import program\n\n\ndef test_it_holds():\n    pass\n", "100755")]
    refused = [path for path, text, mode in clean if list(check_file(path, text, mode, {"memory_stays_flat"}))]
    if silent or refused:
        sys.exit(f"tests_check: self test failed: silent about {silent}, refused {refused}")


def files_with_modes():
    """Path → mode in git; of a file that is not added yet, the mode it would get."""
    staged = subprocess.run(["git", "ls-files", "--stage"], capture_output=True, text=True, check=True).stdout.splitlines()
    modes = {line.split("\t")[1]: line.split()[0] for line in staged}
    fresh = subprocess.run(["git", "ls-files", "--others", "--exclude-standard"], capture_output=True, text=True, check=True).stdout
    for path in fresh.splitlines():
        modes[path] = "100755" if pathlib.Path(path).stat().st_mode & 0o111 else "100644"
    return {path: mode for path, mode in modes.items() if path.endswith((".py", ".cpp", ".hpp")) or path.startswith(PROMISES)}


def main():
    self_test()
    self_test_of_scenes()
    modes = files_with_modes()
    promises = {pathlib.Path(path).stem for path in modes if path.startswith(PROMISES)}
    faults = 0
    for path, mode in sorted(modes.items()):
        if not pathlib.Path(path).is_file() or "_corpus/" in path:
            continue
        text = pathlib.Path(path).read_text(encoding="utf-8", errors="replace")
        for number, what in check_file(path, text, mode, promises):
            print(f"{path}:{number}: {what}")
            faults += 1
    for path, what in check_tree_of_scenes():
        print(f"{path}:1: {what}")
        faults += 1
    print(f"tests check: {len(promises)} promises, {len(modes)} files, {faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
