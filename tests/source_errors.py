"""The rules of error names (src/<room>/errors.hpp), as source_check.py applies them to all rooms at once.

A name is declared once, says when it arises and which facts it carries, is raised somewhere, and its text uses no other facts.
The tables that give names their codes of the API name codes that api/ describes.
"""
import json
import re

DECLARED = re.compile(r"((?:^//.*\n)*)^(inline constexpr |)(?:const(?:expr)? )?Error(Name|Text) (k\w+)\{((?:\"(?:\\.|[^\"\\\n])*\"|[^;\"])*)\};", re.M)
LITERALS = re.compile(r'(?:"(?:\\.|[^"\\\n])*"\s*)+')
USED = re.compile(r"((?:\w+::)*)errors::(k\w+)")
IN_TABLE = re.compile(r'\{\s*(?:\w+::)*errors::k\w+,\s*"[^"]*"(?:,\s*"[^"]*")?\}')
CODE = re.compile(r'"([A-Z][\w.]*|)"')
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# The names that a text may use for a fact (base/error_text.hpp).
ALIASES = {"name": {"field"}, "value": {"domain", "names", "address"}}


def literal(text):
    """The value of adjacent C++ literals."""
    return "".join(json.loads(each) for each in re.findall(r'"(?:\\.|[^"\\\n])*"', text))


class Name:
    def __init__(self, path, line, match, texts):
        comment, self.inline, _, self.constant, body = match.groups()
        self.path, self.line = path, line
        self.room = path.split("/")[1]
        self.comment = " ".join(each.lstrip("/ ") for each in comment.splitlines())
        found = re.match(r'\s*"([^"]*)",\s*Fault::(\w+)\s*(?:,(.*))?$', body, re.S)
        self.name, self.fault, rest = found.groups() if found else ("", "", "")
        shared = re.search(r"(k\w+)\s*$", rest or "")
        self.texts = texts.get(shared.group(1), []) if shared else [literal(each) for each in LITERALS.findall(rest or "")]
        facts = re.search(r"Facts: ([^.]*)\.", self.comment)
        self.facts = {re.sub(r" \(.*", "", each.strip()) for each in re.sub(r"\([^)]*\)", "", facts.group(1)).split(",")} if facts else set()

    def qualified(self):
        return f"{self.room}::{self.constant}"


def read_names(files):
    """files: path → text of all errors.hpp. The names, and the shared texts by constant."""
    texts = {}
    for text in files.values():
        for match in DECLARED.finditer(text):
            if match.group(3) == "Text":
                texts[match.group(4)] = [literal(each) for each in LITERALS.findall(match.group(5))]
    return [Name(path, text.count("\n", 0, match.start(2)) + 1, match, texts)
            for path, text in files.items() for match in DECLARED.finditer(text) if match.group(3) == "Name"]


def owner(path, scope):
    """The room that `scope`errors:: means in a file."""
    named = scope.rstrip(":").split("::")[-1]
    if named == "sesame":
        return "base"
    return named or path.split("/")[1]


def uses(files):
    """Room::constant of what is raised, and of what stands in a table with the API's codes there."""
    raised, tables = set(), {}
    for path, text in files.items():
        for entry in IN_TABLE.finditer(text):
            scope, constant = USED.search(entry.group()).groups()
            tables.setdefault(f"{owner(path, scope)}::{constant}", []).extend(CODE.findall(entry.group()))
        for match in USED.finditer(re.sub(r"^\s*//.*$", "", IN_TABLE.sub("", text), flags=re.M)):
            if not re.search(r"\bis\($", text[:match.start()]):
                raised.add(f"{owner(path, match.group(1))}::{match.group(2)}")
    return raised, tables


def is_balanced(text):
    """As base/error_text.cpp reads it: `{{` and `}}` are braces, but not inside of a choice."""
    at = 0
    while at < len(text):
        if text[at:at + 2] in ("{{", "}}"):
            at += 2
        elif text[at] == "{":
            depth, end = 1, at + 1
            while end < len(text) and depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            if depth:
                return False
            at = end
        elif text[at] == "}":
            return False
        else:
            at += 1
    return True


def check_text(name, text, facts):
    if not is_balanced(text):
        yield f"{name.name}: the braces of a text are not balanced"
    for fact in PLACEHOLDER.findall(text):
        if not ({fact} | ALIASES.get(fact, set())) & facts:
            yield f"{name.name}: a text shows {{{fact}}}, which `Facts:` above it does not list"


def check_name(name, facts_of_text, given, used, api_codes):
    raised, tables = used
    if not name.inline:
        yield "an error's name is `inline constexpr`: its address identifies it"
    if not name.fault or not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", name.name):
        yield f'{name.constant}: a name is {{"subject.fault", Fault::kind}}'
    if not name.comment.endswith(".") or not re.match(r"[A-Z`]", name.comment):
        yield f"{name.name}: the line above says in a sentence when it arises"
    if name.qualified() not in raised:
        yield f"{name.name}: nothing raises it; remove it"
    for fact in sorted(name.facts - given):
        yield f'{name.name}: no source says .with("{fact}", ..)'
    for text in name.texts:
        yield from check_text(name, text, facts_of_text)
    if len(name.texts) > 2 or (name.texts and len(name.texts) != 2 and name.qualified() in tables):
        yield f"{name.name}: the API answers it, so its text is in English and Chinese"
    if name.fault == "input" and len(name.texts) == 2 and set(tables.get(name.qualified(), [""])) - {""} == {"InvalidParameterValue"}:
        yield f"{name.name}: an input fault with its texts is InvalidParameterValue without a row in a table (cloudapi/error_codes.hpp)"
    for code in tables.get(name.qualified(), []):
        if code and code not in api_codes:
            yield f"{name.name}: api/ describes no code {code}"


def check_errors(headers, sources, api_codes):
    """headers: path → text of all errors.hpp; sources: of the other production sources. Yields (path, line, what)."""
    names = read_names(headers)
    used = uses(sources | headers)
    given = {fact for text in sources.values() for fact in re.findall(r'\bwith\("(\w+)"', text)}
    first = {}
    for name in names:
        sharing = [each.facts for each in names if each.texts and each.texts == name.texts]
        for what in check_name(name, set().union(*sharing), given, used, api_codes):
            yield name.path, name.line, what
        for key in (name.name, name.qualified()):
            if key in first:
                yield name.path, name.line, f"{key} is declared in {first[key]}, too"
            first[key] = name.path
    for path, text in sources.items():
        for match in DECLARED.finditer(text):
            if match.group(3) == "Name":
                yield path, text.count("\n", 0, match.start(2)) + 1, "an error's name is declared in the room's errors.hpp"


def self_test():
    """Describes the first fault that passes, or the good text that does not; empty when all work."""
    good = ('// The box is shut. Facts: value.\ninline constexpr ErrorName kShut{\n    "box.shut", Fault::state, '
            '{"The box{? `{value}`} is "\n     "shut.", "盒子{? `{value}`}"}};\n')
    source = 'return Error(errors::kShut).with("value", x);\nErrorCode kCodes[] = {{errors::kShut, "ResourceInUse"}};\n'

    def found(header=good, text=source, path="src/net/a.cpp"):
        return list(check_errors({"src/net/errors.hpp": header}, {path: text}, {"ResourceInUse"}))
    if found():
        return f"good names are refused: {found()}"
    faults = {
        "not inline": {"header": good.replace("inline ", "")},
        "no comment": {"header": good.replace("// The box is shut. Facts: value.\n", "")},
        "unlisted fact": {"header": good.replace("Facts: value.", "Facts: limit.")},
        "braces": {"header": good.replace("`} is", "` is")},
        "one language": {"header": good.replace(', "盒子{? `{value}`}"', "")},
        "never raised": {"text": source.replace("Error(", "error.is(")},
        "no such fact": {"text": source.replace('with("value"', 'with("name"')},
        "no such code": {"text": source.replace("ResourceInUse", "ResourceInUes")},
        "twice": {"header": good + good.replace("kShut", "kClosed"), "text": source + "Error(errors::kClosed);\n"},
        "elsewhere": {"text": source + good.replace("shut", "open", 1)},
    }
    return next((f"{fault} passes" for fault, given in faults.items() if not found(**given)), "")
