#!/usr/bin/python3
"""Makes pictures of every page of the console, empty, filled and refused, in both themes, widths and languages.

./dev test visual runs it and writes build/visual/, with an index.html to look at. Nothing is compared by pixel: a person looks at
the pages, beside each other. A page that scrolls sideways fails. `tests/visual.py empty error` makes only those kinds;
`--readme` also writes docs/console-task.png and docs/console-explorer.png, the pictures of the README.
"""
import argparse
import html
import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from filled_console import fill  # noqa: E402
from program import ROOT  # noqa: E402

FOLDER = ROOT / "build" / "visual"
KINDS = ("empty", "filled", "error")
# The pictures of the README: of this kind, by their names here and in docs/.
SHOWN_KIND = "filled"
SHOWN = {f"task-{SHOWN_KIND}-light-1440-en": "console-task.png", f"call-{SHOWN_KIND}-light-1440-en": "console-explorer.png"}
NOTHING = {"task": 0, "group": 0, "template": 0, "domain": "", "message": ""}
STYLE = """body{font:13px/20px system-ui;margin:24px;background:#fff}h2{margin:32px 0 8px;position:sticky;top:0;background:#fff}
figure{display:inline-block;margin:0 12px 12px 0;vertical-align:top}img{border:1px solid #ccc;height:330px}figcaption{color:#555}"""


def write_index(folder):
    """A page with all pictures, grouped by the page that they show."""
    pages = {}
    for picture in sorted(folder.glob("*.png")):
        name, kind, theme, width, language = picture.stem.replace("zh-CN", "zh").rsplit("-", 4)
        pages.setdefault(name, []).append((KINDS.index(kind), width != "1440", theme == "dark", language, picture.name))
    parts = [f"<!doctype html><meta charset=utf-8><title>The console</title><style>{STYLE}</style>"]
    for name, pictures in pages.items():
        parts.append(f"<h2>{html.escape(name)}</h2>")
        for kind, narrow, dark, language, file in sorted(pictures):
            said = f"{KINDS[kind]}, {'390' if narrow else '1440'}, {'dark' if dark else 'light'}, {language}"
            parts.append(f'<figure><a href="{file}"><img src="{file}" loading=lazy alt="{said}"></a><figcaption>{said}</figcaption></figure>')
    (folder / "index.html").write_text("\n".join(parts))
    return sum(len(pictures) for pictures in pages.values())


def read_arguments(words):
    parser = argparse.ArgumentParser(prog="visual.py", description=__doc__.split("\n")[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)}; all when none is named")
    parser.add_argument("--readme", action="store_true", help=f"also write the pictures of the README: {', '.join(f'docs/{name}' for name in SHOWN.values())}")
    given = parser.parse_args(words)
    unknown = [kind for kind in given.kinds if kind not in KINDS]
    if unknown:
        parser.error(f"unknown kind: {', '.join(unknown)}; the kinds are {', '.join(KINDS)}")
    if given.readme and given.kinds and SHOWN_KIND not in given.kinds:
        parser.error(f"--readme needs the kind {SHOWN_KIND}")
    return given.kinds or KINDS, given.readme


def main():
    kinds, readme = read_arguments(sys.argv[1:])
    if kinds == KINDS:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    lost = 0
    with with_console() as server:
        make_owner(server)
        facts = server.folder / "facts.json"
        facts.write_text(json.dumps(NOTHING))
        for kind in KINDS:
            if kind == "filled":
                facts.write_text(json.dumps(fill(server.client())))
            if kind not in kinds:
                continue
            done = run_scenes("visual.mjs", server, seconds=1200, SESAME_VISUAL=kind, SESAME_FACTS=str(facts), SESAME_SCENE_PICTURES=str(FOLDER))
            if done.returncode != 0:
                lost += 1
                print(failures(done))
    if readme and not lost:
        for shown, name in SHOWN.items():
            shutil.copyfile(FOLDER / f"{shown}.png", ROOT / "docs" / name)
            print(f"docs/{name}")
    print(f"{write_index(FOLDER)} pictures: build/visual/index.html")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
