#!/usr/bin/python3
"""Makes pictures of every page of the console, empty, filled and refused, in both themes, widths and languages.

./dev test visual runs it and writes build/visual/, with an index.html to look at. Nothing is compared by pixel: a person looks at
the pages, beside each other. A page that scrolls sideways fails. `tests/visual.py empty error` makes only those kinds;
`--readme` also puts the pictures of the README into docs/.
"""
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
# The pictures of the README.
SHOWN = {"task-filled-light-1440-en": "console-task", "call-filled-light-1440-en": "console-explorer"}
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


def main():
    kinds = [kind for kind in sys.argv[1:] if kind != "--readme"] or KINDS
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
    if "--readme" in sys.argv:
        for shown, name in SHOWN.items():
            shutil.copyfile(FOLDER / f"{shown}.png", ROOT / "docs" / f"{name}.png")
    print(f"{write_index(FOLDER)} pictures: build/visual/index.html")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
