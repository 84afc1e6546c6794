"""The rules of words (docs/style.md), as source_check.py applies them to comments, names and documents.

A rule yields (line, what is wrong and what to write instead). NOT_YET names the rooms in which rules do not hold yet. It
only shrinks: a rule that holds must be taken off the room's line. A room that does not exist (yet) is passed over.
"""
import json
import re

# A room a line, with the rules that do not hold in it yet.
NOT_YET = {
    "campaigns": "statement",
}

# ---- comments and sentences ----

CODE_TOKEN = re.compile(r'R"(\w*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.[^\'\n]*|[^\'\\\n])\'|//[^\n]*|/\*(?:.|\n)*?\*/')


def cpp_comments(text):
    """(line, marker, text) of each comment; lines that follow each other in one column are one comment. The marker is
    empty for a comment behind code."""
    blocks, last_line, last_column = [], -2, -1
    line, counted = 1, 0
    for token in CODE_TOKEN.finditer(text):
        if not token.group().startswith("//"):
            continue
        line += text.count("\n", counted, token.start())
        counted = token.start()
        column = token.start() - (text.rfind("\n", 0, token.start()) + 1)
        own = not text[token.start() - column:token.start()].strip()
        words = re.sub(r"^///?<?!? ?", "", token.group())
        if own and line == last_line + 1 and column == last_column:
            blocks[-1][2] += "\n" + words
        else:
            blocks.append([line, re.match("/+", token.group()).group() if own else "", words])
        last_line, last_column = line, column
    return blocks


def hash_comments(text):
    """The comments of Python, shell, CMake and TOML that have a line of their own."""
    blocks, last = [], -2
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*# ?(?!!)(.*)$", line)
        if found and number == last + 1:
            blocks[-1][2] += "\n" + found.group(1)
        elif found:
            blocks.append([number, "#", found.group(1)])
        last = number if found else last
    return blocks


def markdown_paragraphs(text):
    """Paragraphs and list items; headings, tables and code are no sentences."""
    blocks, fenced, open_block = [], False, False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if fenced or line.lstrip().startswith(("```", "#", "|", "!")) or not line.strip() or re.match(r" {4}", line):
            open_block = False
        elif re.match(r"\s*([-*]|\d+\.) ", line) or not open_block:
            blocks.append([number, "", re.sub(r"^\s*([-*]|\d+\.) |^\*\*[^*]+\*\*", "", line)])
            open_block = True
        else:
            blocks[-1][2] += "\n" + line.strip()
    return blocks


def json_texts(text):
    """The strings of a description that people read; a value of several words is taken for one."""
    for found in re.finditer(r'"(?:\\.|[^"\\])*"', text):
        if found.group().count(" ") > 2:
            yield text.count("\n", 0, found.start()) + 1, "", json.loads(found.group())


def comments_of(path, text):
    if path.endswith((".cpp", ".hpp")):
        return cpp_comments(text)
    if path.endswith(".md"):
        return markdown_paragraphs(text)
    if path.endswith(".json"):
        return json_texts(text)
    if path.endswith((".py", ".sh", ".cmake", ".toml", "CMakeLists.txt")) or path == "dev":
        return hash_comments(text)
    return []


SENTENCE_START = r"(?:^|(?<=[.!?])\s+|(?<=[.!?][)\"`*])\s+|\n\s*\n|\n\s*- )\**"


def sentences(pattern, words):
    """(line within `words`, the sentence) of each sentence that begins with the pattern."""
    for found in re.finditer(f"{SENTENCE_START}({pattern})", words):
        end = re.search(r"[.!?](?=[\s)\"*]|$)", words[found.start(1):])
        sentence = words[found.start(1):found.start(1) + end.end()] if end else words[found.start(1):]
        yield words.count("\n", 0, found.start(1)), " ".join(sentence.split())


def anywhere(pattern, words):
    for found in re.finditer(pattern, words):
        yield words.count("\n", 0, found.start()), " ".join(found.group().split())


def headless(words):
    for line, sentence in sentences(r"(?:Who|Whom|Whoever|Whomever|What|Whose|Which)\b", words):
        if not sentence.endswith("?"):
            yield line, sentence


def fronted_of(words):
    # "Of course" and the like would be no fault, but nobody has needed them.
    return sentences(r"Of\b", words)


# "No later than", "no safer", "no matter how" say something; "is no number" only says what it is not.
COMPARED = (r"(?:longer|more|less|fewer|later|earlier|sooner|better|worse|safer|faster|slower|larger|smaller|shorter|"
            r"matter|reason|use|\w+er than)\b")


def is_none(words):
    yield from anywhere(rf"(?<!there)(?<!There)\s(?:is|are|was|were) (?:none\b|nobody's|no (?!{COMPARED})\w+)", words)
    yield from sentences(r"Nothing(?: when| if|:)", words)


def so_many(words):
    for line, found in anywhere(r"\b[Ss]o (?:many|much|long)\b(?!,? (?:as|that|the|for)\b)[^.;:]*", words):
        if not re.search(r"\b(that|as)\b", found):
            yield line, found


def leaning(words):
    return anywhere(r"^(?:The same(?=[.,;:]| (?:with|when|from|without|for|by|but|is|in|and)\b)|Likewise\b|As above|As before)"
                    r"[^.\n]*", words)


def wrong_tag(words):
    for line, found in anywhere(r"\b(?:Thread|Job):[ \n]+\S+", words):
        if not re.match(r"Thread: (any|loop|writer|feeder|one)\b|Job: (read|write)\b", found):
            yield line, found


SENTENCE_RULES = {
    "headless": (headless, "begins without its noun: name who or what acts"),
    "fronted-of": (fronted_of, "begins with \"Of\": subject, verb, object (\"at most N per X\")"),
    "is-none": (is_none, "say what happens (ignored, rejected, not found; \"nullopt when\"), not what is none"),
    "so-many": (so_many, "is not a number: name the parameter (\"at most `limit` rows\")"),
    "leaning": (leaning, "leans on the line above: a comment stands alone"),
    "tag": (wrong_tag, "Thread: any, loop, writer, feeder or one; Job: read or write"),
}

# ---- whole comments ----


def unfinished(marker, words):
    """A contract (`///`) is made of sentences; names and code may begin it, a table or a list may end it."""
    lines = words.rstrip().split("\n")
    first = words.split(" ")[0].split("\n")[0]
    if marker != "///" or len(words.split()) < 2:
        return None
    if re.match(r"(?!nullopt|nullptr)[a-z]+[,;]?$", first) and not re.match(r"\w+ = ", words):
        return "begins in lower case"
    if not re.search(r"[.:!?…)`\"|]$", lines[-1]) and not re.match(r"\s{2,}|- |\|", lines[-1]):
        return "has no end: a full stop"
    return None


# ---- names ----

BANNED_NOUNS = {"Desk", "Tray", "Shelf", "Door", "Book", "Story", "Chapter", "Ears", "Stationery", "Errand"}
NO_NOUNS = {"Told", "Handed", "Again", "Answered", "Taken", "Found", "Admitted", "Chosen"}
BANNED_VERBS = {"tell", "tells", "told", "hear", "hears", "heard", "heed", "heeds", "befall", "befalls", "befell", "obey", "obeys",
                "tend", "tends", "lie", "lies", "meet", "beat"}
BANNED_ACTS = re.compile(r"forget_(?!all)")  # To drop a cache's entry may be called forget(); data is deleted.
TYPE = re.compile(r"\b(?:class|struct|enum class|enum|using)\s+(?:SESAME_\w+(?:\([^)]*\))?\s+)?([A-Z]\w*)\b(?!\s*;)")


def metaphors(path, code):
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    if {part.capitalize() for part in stem.split("_")} & BANNED_NOUNS or stem.startswith("post_office"):
        yield 1, f"{stem}: a metaphor; the field's own noun instead (docs/words.md)"
    for number, line in enumerate(code, 1):
        for found in TYPE.finditer(line):
            words = set(re.findall(r"[A-Z][a-z0-9]*", found.group(1)))
            if words & BANNED_NOUNS or "PostOffice" in found.group(1):
                yield number, f"{found.group(1)}: a metaphor; the field's own noun instead (docs/words.md)"
            elif words & NO_NOUNS:
                yield number, f"{found.group(1)}: a type is a noun"


def verbs(path, code):
    if path.endswith(("_test.cpp", "_fixture.hpp", "_fixture.cpp")):
        return
    for number, line in enumerate(code, 1):
        for name in re.findall(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)*_?\b", line):
            if BANNED_VERBS & set(name.split("_")) or BANNED_ACTS.match(name):
                yield number, f"{name}: a technical verb instead (deliver, post, record, execute, delete: docs/words.md)"


FORGETTING = {"forget", "forgets", "forgot", "forgotten"}  # Rows are deleted or expire.
STATEMENT = re.compile(r'\bSql(?:Text)? k\w+\{\s*"([^"]*)"')


def statements(text):
    """The names of SQL statements and of constants: their words are those of functions, too."""
    for found in STATEMENT.finditer(text):
        if (BANNED_VERBS | FORGETTING) & set(re.split(r"[._]", found.group(1))):
            yield text.count("\n", 0, found.start()) + 1, f"statement {found.group(1)}: a technical verb instead (docs/words.md)"
    for found in re.finditer(r"\bconstexpr [\w:<>, ]*\b(k[A-Z]\w*)", text):
        if (BANNED_VERBS | FORGETTING) & {word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", found.group(1))}:
            yield text.count("\n", 0, found.start()) + 1, f"{found.group(1)}: a technical verb instead (docs/words.md)"


def identities(path, code):
    for number, line in enumerate(code, 1):
        found = re.search(r"\b(LetterKey|MessageKey|MailRef|OutgoingLetter)\b", line)
        if found:
            yield number, f"{found.group(1)}: one mail has one identity, MailId, and one Envelope (docs/words.md)"


NAME_RULES = {"metaphor": metaphors, "verb": verbs, "identity": identities}

# ---- the rows of `sesame config` and the log ----

SETTING_KEY = re.compile(r'[({]\s*"[a-z]+\.[a-z_0-9]+"')


def setting_help(text):
    """A row of `sesame config` is read alone: its help begins with what the number or the text is."""
    if "SettingRule" not in text and "visit(" not in text:
        return
    for found in SETTING_KEY.finditer(text):
        depth, position = 1, found.end()
        while depth and position < len(text):
            token = CODE_TOKEN.match(text, position)
            position = token.end() if token else position + 1
            if not token:
                depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[position - 1], 0)
        texts = re.findall(r'(?:"(?:\\.|[^"\\\n])*"\s*)+', text[found.end():position])
        helps = [one for one in texts if one.count(" ") > 1 and not re.match(r'"\S* \S*"\s*$', one)]
        if helps and re.match(r'"(and|of|for|the same|these|kept of|after that|how long they|how many of)\b', helps[-1]):
            yield text.count("\n", 0, found.start()) + 1, f"{helps[-1].strip()[:50]}: a setting's help leans on the row above"


LOG_CALL = re.compile(r'\blog(?:_debug|_info|_warning|_error)?\((?:[^"();]*,\s*)?"([^"]*)"')


def log_events(text):
    for found in LOG_CALL.finditer(text):
        name = found.group(1)
        if not re.fullmatch(r"[a-z_]+\.[a-z_]+", name):
            yield text.count("\n", 0, found.start()) + 1, f"log event {name}: room.what_happened"
        elif BANNED_VERBS & set(re.split(r"[._]", name)):
            yield text.count("\n", 0, found.start()) + 1, f"log event {name}: a technical verb instead"


# ---- all of it ----


def room_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]


def check_words(path, text, without_text):
    """(line, rule, what is wrong) of every fault in one file."""
    for line, marker, words in comments_of(path, text):
        for rule, (find, instead) in SENTENCE_RULES.items():
            for offset, found in find(words):
                yield line + offset, rule, f"\"{found[:60]}\" {instead}"
        if path.endswith((".cpp", ".hpp")) and (fault := unfinished(marker, words)):
            yield line, "sentence", f"\"{words[:50]}\" {fault}"
    if not path.endswith((".cpp", ".hpp")):
        return
    lines = text.split("\n")
    code = [without_text(line) for line in lines]
    for rule, find in NAME_RULES.items():
        for line, what in find(path, code):
            yield line, rule, what
    for line, content in enumerate(lines, 1):
        if re.search(r"///<", content):
            yield line, "trailing-doc", "`///<`: a comment stands above its line, or behind it as `//`"
    for rule, find in {"setting-help": setting_help, "log-event": log_events, "statement": statements}.items():
        if not path.endswith("_test.cpp"):
            for line, what in find(text):
                yield line, rule, what


# One fault a rule that must be noticed, and good text that must not be.
FAULTS = [
    ("headless", "src/net/a.hpp", "/// Who is only slow is told, too.\n"),
    ("headless", "src/net/a.hpp", "int x;  // Whom a report\n        // names.\n"),
    ("headless", "src/net/a.cpp", "// Reads it. What is too much\n// is left out.\n"),
    ("headless", "docs/a.md", "One.\n\n- Whoever needs it. What else?\n"),
    ("headless", "api/a.json", '{"en": "What was sent may be read."}\n'),
    ("fronted-of", "src/net/a.hpp", "int x;  // Of each body.\n"),
    ("fronted-of", "rules/a.toml", "# All of it. Of texts the first.\n"),
    ("is-none", "src/net/a.hpp", "/// Others\n/// are none.\n"),
    ("is-none", "src/net/a.hpp", "/// An address that is no mailbox.\n"),
    ("is-none", "src/net/a.hpp", "/// Reads it. Nothing when it is empty.\n"),
    ("so-many", "src/net/a.hpp", "/// At most so many rows.\n"),
    ("leaning", "src/net/a.hpp", "/// The same with a value.\n"),
    ("tag", "src/net/a.hpp", "/// Closes it. Thread: mine.\n"),
    ("sentence", "src/net/a.hpp", "/// closes the stream.\n"),
    ("sentence", "src/net/a.hpp", "/// Closes the stream\n"),
    ("metaphor", "src/net/a.hpp", "class LetterDesk {\n"),
    ("metaphor", "src/net/a.hpp", "struct Told {\n"),
    ("metaphor", "src/net/send_shelf.cpp", "int x;\n"),
    ("verb", "src/net/a.hpp", "void lie_down();\n"),
    ("identity", "src/net/a.hpp", "void f(const MailRef& mail);\n"),
    ("trailing-doc", "src/net/a.hpp", "int x;  ///< Bytes.\n"),
    ("setting-help", "src/server/a.cpp", 'SettingRule x = number("a.b_c", "1", f(2), "and how " "many of it");\n'),
    ("log-event", "src/net/a.cpp", 'log_info("net.events_told", {});\n'),
    ("statement", "src/net/a.cpp", 'constexpr Sql kEnd{\n    "net.record_told", "UPDATE a"};\n'),
    ("statement", "src/net/a.cpp", 'constexpr storage::Sql kForgetRows{"net.expire", "DELETE"};\n'),
]
GOOD = {
    "src/net/a.hpp": "/// What is it? nullopt when there is none. There is no limit. No more than 3, so long as it runs.\n"
                     "/// So many peers connect that it is slow. Thread: any. Job: read.\n"
                     "/// It is no longer open. `x` is of type int. Whatever comes, it closes.\n"
                     'int found = f("// Who is it.", \'"\');  // bytes of one body\n'
                     "class Bookkeeper;\n// lock_ guards it.\nvoid hearts();\n/// the_name() is called.\n",
    "src/server/a.cpp": 'SettingRule x = number("a.b_c", "1", 2, "events kept of one webhook");\nlog_info("net.ready");\n',
    "docs/b.md": "**Who counts.** It runs.\n\n**What follows**\n\n- One.\n",
    "docs/a.md": "# What it does\n\n| what | Who is it. |\n\nIt runs. Why?\n\n    Who is code.\n",
}


def self_test(without_text):
    """Describes the first rule that misses its fault or objects to good text; empty when all work."""
    for rule, path, text in FAULTS:
        if rule not in [found for _, found, _ in check_words(path, text, without_text)]:
            return f"rule {rule} misses: {text}"
    rules = set(SENTENCE_RULES) | set(NAME_RULES) | {"sentence", "trailing-doc", "setting-help", "log-event", "statement"}
    if untested := rules - {rule for rule, _, _ in FAULTS}:
        return f"no fault for {untested}"
    for path, text in GOOD.items():
        for found in check_words(path, text, without_text):
            return f"good text of {path} is refused: {found}"
    return ""
