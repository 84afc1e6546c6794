#!/usr/bin/env python3
"""Writes the API reference, docs/api/, from the descriptions in api/: English and Chinese, one page an action.

Usage: reference.py [--check]; --check writes nothing and fails when docs/api/ is not what the descriptions say.
"""
import json
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "api"
FILES = ("ses-2020-10-02.json", "sesame-2026-12-01.json")
TITLES = {
    "en": {"reference": "API reference", "input": "Input", "output": "Output", "errors": "Errors", "example": "Example",
           "field": "Field", "type": "Type", "required": "Required", "meaning": "Meaning", "code": "Code", "text": "Text",
           "yes": "yes", "none": "None.", "request_id": "Every answer carries `RequestId` beside these.", "answer": "Answer",
           "common": "The [common errors](errors.md) can be answered by every action.", "all_errors": "Common errors",
           "structures": "Structures", "version": "Version", "rules": "Rules", "array": "array of ", "other": "中文",
           "read": "reads", "write": "writes", "delete": "deletes", "sends_mail": "sends mail", "effect": "Effect", "action": "Action", "optional": "",
           "and": " and ", "comma": ", ",
           "once": "A repetition with the same `X-Sesame-Idempotency-Key` is [answered and not done again](README.md#repeating-a-call).",
           "repeating": "## Repeating a call\n\nA caller that does not know whether its call arrived cannot tell a lost answer "
                        "from a lost call, and repeating a send mails twice. {actions} therefore heed the header "
                        "`X-Sesame-Idempotency-Key`: 1 to 128 visible ASCII characters of the caller's choice, a UUID for example, "
                        "of the account and the region. The same key with the same action and parameters within 24 hours gets the "
                        "first answer whole, its `RequestId` included, with the header `X-Sesame-Idempotent-Replay: 1`; also after "
                        "a restart. A refused call is not remembered. Other parameters with a used key are refused with "
                        "`InvalidParameterValue`, and a repetition that comes while the first call is under way with "
                        "`ResourceInUse`: repeat it a moment later. Other actions ignore the header.",
           "signing": "`examples/tc3.sh` signs with `openssl` and calls with `curl`; it takes the endpoint and the credential from "
                      "`SESAME_ENDPOINT`, `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, as `sesame call` does."},
    "zh": {"reference": "API 参考", "input": "输入参数", "output": "输出参数", "errors": "错误码", "example": "示例",
           "field": "参数", "type": "类型", "required": "必填", "meaning": "说明", "code": "错误码", "text": "文本",
           "yes": "是", "none": "无。", "request_id": "每个应答还包含 `RequestId`。", "answer": "应答",
           "common": "所有接口都可能返回[公共错误码](errors.md)。", "all_errors": "公共错误码",
           "structures": "数据结构", "version": "版本", "rules": "规则", "array": "数组：", "other": "English",
           "read": "只读", "write": "写入", "delete": "删除", "sends_mail": "发送邮件", "effect": "作用", "action": "接口", "optional": "",
           "and": "和", "comma": "、",
           "once": "使用相同的 `X-Sesame-Idempotency-Key` 重复调用时，[返回首次应答，不会重复执行](README.md#重复调用)。",
           "repeating": "## 重复调用\n\n调用者没有收到应答时，无法判断请求是否已到达，而重复发送会使收件人收到两封邮件。因此 {actions} "
                        "支持请求头 `X-Sesame-Idempotency-Key`：由调用者自定的 1 到 128 个可见 ASCII 字符（例如 UUID），在同一账号和地域内有效。"
                        "24 小时内以相同的键、相同的接口和参数再次调用，将原样返回首次应答（包括 `RequestId`），并带有响应头 "
                        "`X-Sesame-Idempotent-Replay: 1`，服务重启后同样有效。被拒绝的调用不会被记住。已使用的键配以其他参数时返回 "
                        "`InvalidParameterValue`；首次调用尚未完成时返回 `ResourceInUse`，请稍后重试。其他接口忽略此请求头。",
           "signing": "`examples/tc3.sh` 用 `openssl` 签名并用 `curl` 发送请求，与 `sesame call` 一样从 `SESAME_ENDPOINT`、"
                      "`TENCENTCLOUD_SECRET_ID` 和 `TENCENTCLOUD_SECRET_KEY` 读取地址和密钥。"},
}
# The cloud's SDKs and tccli have no methods for these; the clients take the name of any action.
NEWER_THAN_SDKS = {"GetAbuseReport"}
RULES = ("min", "max", "min_length", "max_length", "max_bytes", "min_items", "max_items", "one_of", "pattern")


class Reference:
    """All pages of one language, as {path below docs/api/LANGUAGE: text}."""

    def __init__(self, documents, language):
        self.documents, self.language, self.words = documents, language, TITLES[language]
        self.rules, self.error_texts, self.common = {}, {}, []
        for document in documents:
            self.rules |= document.get("rules", {})
            self.error_texts |= document.get("errors", {})
            self.common += document.get("common_errors", [])
        self.pages = {}
        for document in documents:
            for name, action in document["actions"].items():
                self.pages[f"{name}.md"] = self.action_page(document, name, action)
            self.pages[f"structures-{document['version']}.md"] = self.structures_page(document)
        self.pages["errors.md"] = self.errors_page()
        self.pages["README.md"] = self.index_page()

    def rule_text(self, field):
        said = []
        for rule in RULES:
            if rule not in field:
                continue
            value = field[rule]
            template = self.rules.get(value if rule == "pattern" else rule, {}).get(self.language, "")
            limit = ", ".join(map(str, value)) if isinstance(value, list) else value
            said.append(template.replace("{limit}", str(limit)))
        return "; ".join(filter(None, said))

    def type_text(self, field, version):
        def linked(name):
            if not name[:1].isupper():
                return name
            # A structure of the same version wins; own actions may use the cloud's.
            versions = [document["version"] for document in self.documents if name in document.get("structures", {})]
            return f"[{name}](structures-{version if version in versions else versions[0]}.md#{name.lower()})"
        if field["type"] == "array":
            return self.words["array"] + linked(field["of"])
        return linked(field["of"]) if field["type"] == "object" else field["type"]

    def fields_table(self, fields, version, is_input):
        if not fields:
            return self.words["none"]
        words = self.words
        heads = [words["field"], words["type"], *([words["required"]] if is_input else []), words["meaning"]]
        rows = [heads, ["---"] * len(heads)]
        for field in fields:
            meaning = field[self.language]
            rule = self.rule_text(field) if is_input else ""
            if rule:
                meaning += f" ({rule})"
            required = [words["yes"] if field.get("required") else ""] if is_input else []
            rows.append([f"`{field['name']}`", self.type_text(field, version), *required, meaning.replace("|", "\\|")])
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)

    def errors_table(self, codes):
        rows = [[self.words["code"], self.words["text"]], ["---", "---"]]
        for code in codes:
            text = self.error_texts.get(code, {}).get(self.language, "")
            rows.append([f"`{code}`", plain_template(text).replace("|", "\\|").replace("\n", " ")])
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)

    def action_page(self, document, name, action):
        words, version = self.words, document["version"]
        other = "zh" if self.language == "en" else "en"
        errors = self.errors_table(action["errors"]) if action["errors"] else words["none"]
        response = {"Response": {**action["example"]["response"], "RequestId": "5f0c6e0e-4f55-4d61-9a0e-6c1c9f0f2f6b"}}
        return f"""# {name}

{action[self.language]}

{words['version']} {version}, {words[action['effect']]}. {words['once'] + ' ' if action.get('idempotent') else ''}[{words['other']}](../{other}/{name}.md) · [{words['reference']}](README.md)

## {words['input']}

{self.fields_table(action['input'], version, True)}

## {words['output']}

{self.fields_table(action['output'], version, False)}

{words['request_id']}

## {words['errors']}

{errors}

{words['common']}

## {words['example']}

{samples(document, name, action['example']['request'])}

{words['answer']}:

```json
{json.dumps(response, indent=2, ensure_ascii=False)}
```
"""

    def structures_page(self, document):
        parts = [f"# {self.words['structures']}, {document['version']}"]
        for name, structure in document.get("structures", {}).items():
            table = self.fields_table(structure["fields"], document["version"], True)
            parts.append(f"## {name}\n\n{structure[self.language]}\n\n{table}")
        return "\n\n".join(parts) + "\n"

    def errors_page(self):
        return f"# {self.words['all_errors']}\n\n{self.errors_table(self.common)}\n"

    def index_page(self):
        words = self.words
        parts = [f"# {words['reference']}", words["signing"]]
        for document in self.documents:
            rows = [[words["action"], "", words["effect"]], ["---", "---", "---"]]
            rows += [[f"[{name}]({name}.md)", action[self.language], words[action["effect"]]]
                     for name, action in document["actions"].items()]
            table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
            parts.append(f"## {document['version']}\n\n{document[self.language]}. "
                         f"[{words['structures']}](structures-{document['version']}.md)\n\n{table}")
        once = [f"[{name}]({name}.md)" for document in self.documents
                for name, action in document["actions"].items() if action.get("idempotent")]
        parts.append(words["repeating"].format(actions=words["and"].join([words["comma"].join(once[:-1]), once[-1]])))
        parts.append(f"[{words['all_errors']}](errors.md)")
        return "\n\n".join(parts) + "\n"


def plain_template(text):
    """An error text with its facts as <fact>, worded as when the facts of a choice {?known|unknown} are unknown."""
    out, at = "", 0
    while at < len(text):
        if text[at:at + 2] in ("{{", "}}"):
            out, at = out + text[at], at + 2
        elif text.startswith("{?", at):
            choice, at = closed(text, at)
            known, _, unknown = choice[2:-1].partition("|")
            # Without its facts a choice in the middle of a sentence says nothing: then the facts' names tell more.
            out += plain_template(unknown or known)
        elif text[at] == "{":
            name, at = closed(text, at)
            out += f"<{name[1:-1]}>"
        else:
            out, at = out + text[at], at + 1
    return out


def closed(text, at):
    """(what stands from the brace at `at` to the one that closes it, the place behind)."""
    depth = 0
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[at:place + 1], place + 1
    raise ValueError(f"an open brace in: {text}")


def samples(document, name, request):
    """The same call by curl, tccli, the Node SDK and the Python SDK. The SDKs only know the cloud's own version."""
    compact = json.dumps(request, ensure_ascii=False)
    shell = compact.replace("'", "'\\''")
    version = document["version"]
    chosen = "" if version == "2020-10-02" else f" {version}"
    parts = [fenced("sh", f"examples/tc3.sh {name} '{shell}'{chosen}"), fenced("sh", f"sesame call {name} '{shell}'")]
    if version == "2020-10-02":
        by_name = name not in NEWER_THAN_SDKS
        if by_name:
            parts.append(fenced("sh", f"tccli ses {name} --cli-unfold-argument --endpoint http://127.0.0.1:8080 \\\n"
                                      f"  --region ap-guangzhou {unfolded(request)}".rstrip()))
        call = f"{name}(" if by_name else f'request("{name}", '
        parts.append(fenced("js", f"// tencentcloud-sdk-nodejs-ses; client as in the README\nawait client.{call}"
                                  f"{json.dumps(request, indent=2, ensure_ascii=False)});"))
        head = "# tencentcloud-sdk-python-ses; client = ses_client.SesClient(credential, region, profile)\n"
        parts.append(fenced("python", head + (
            f"request = models.{name}Request()\nrequest.from_json_string({compact!r})\nclient.{name}(request)" if by_name else
            f"client.call_json({name!r}, json.loads({compact!r}))")))
    return "\n\n".join(parts)


def fenced(language, code):
    return f"```{language}\n{code}\n```"


def unfolded(value, path=""):
    """tccli's --cli-unfold-argument form: --A.B.0 value."""
    if isinstance(value, dict):
        return " ".join(unfolded(item, f"{path}.{key}" if path else key) for key, item in value.items())
    if isinstance(value, list):
        return " ".join(unfolded(item, f"{path}.{index}") for index, item in enumerate(value))
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    quoted = text if re.fullmatch(r"[\w@.:/+-]+", text) else "'" + text.replace("'", "'\\''") + "'"
    return f"--{path} {quoted}"


def wanted():
    documents = [json.loads((ROOT / "api" / name).read_text()) for name in FILES]
    return {f"{language}/{path}": text for language in TITLES for path, text in Reference(documents, language).pages.items()}


def main():
    pages = wanted()
    there = {str(path.relative_to(OUT)): path.read_text() for path in OUT.rglob("*.md")} if OUT.exists() else {}
    if "--check" in sys.argv[1:]:
        stale = sorted(path for path in pages.keys() | there.keys() if pages.get(path) != there.get(path))
        for path in stale[:10]:
            print(f"docs/api/{path} is not what api/ describes: run ./dev docs")
        print(f"reference: {len(pages)} pages, {len(stale)} stale")
        sys.exit(1 if stale else 0)
    shutil.rmtree(OUT, ignore_errors=True)
    for path, text in pages.items():
        (OUT / path).parent.mkdir(parents=True, exist_ok=True)
        (OUT / path).write_text(text)
    print(f"reference: {len(pages)} pages in docs/api/")


if __name__ == "__main__":
    main()
