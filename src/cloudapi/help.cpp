#include "cloudapi/help.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/utf8.hpp"

namespace sesame::cloudapi {

namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kIndent = 6;

/// The words of the help itself.
struct Words {
  std::string_view flags, answer, codes, example, required, one_of, characters, bytes, items, at_least,
      at_most, list;
};
constexpr Words kEnglish{"Flags",      "Answer", "Codes", "Example",  "required", "one of",
                         "characters", "bytes",  "items", "at least", "at most",  "list of"};
constexpr Words kChinese{"参数",   "返回", "错误码", "示例", "必填", "取值",
                         "个字符", "字节", "项",     "至少", "最多", "列表："};

const Words& words(Language language) { return language == Language::zh ? kChinese : kEnglish; }

/// Breaks a text between words; a text without blanks (Chinese) stays whole, a terminal folds it.
std::string wrapped(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out = margin;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const std::size_t width = utf8::count(word);
    if (column > indent && column + 1 + width > kColumns) {
      out += '\n' + margin;
      column = indent;
    }
    if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
  }
  return out + '\n';
}

std::string type_text(const Field& field, const Words& words) {
  if (field.type == Type::date) return "YYYY-MM-DD";
  if (field.type == Type::datetime) return "YYYY-MM-DD HH:MM:SS";
  if (field.type != Type::array) return std::string(type_name(field.type));
  return std::string(words.list) + ' ' + std::string(type_name(field.item));
}

std::string rule_text(const Rule& rule, const Words& words) {
  const std::string bound = std::to_string(rule.bound);
  const std::string least = std::string(words.at_least) + ' ' + bound,
                    most = std::string(words.at_most) + ' ' + bound;
  switch (rule.kind) {
    case Rule::Kind::min:
      return least;
    case Rule::Kind::max:
      return most;
    case Rule::Kind::min_length:
      return least + ' ' + std::string(words.characters);
    case Rule::Kind::max_length:
      return most + ' ' + std::string(words.characters);
    case Rule::Kind::max_bytes:
      return most + ' ' + std::string(words.bytes);
    case Rule::Kind::min_items:
      return least + ' ' + std::string(words.items);
    case Rule::Kind::max_items:
      return most + ' ' + std::string(words.items);
    case Rule::Kind::pattern:
      return {};  // The field's text says it.
    case Rule::Kind::one_of:
      break;
  }
  std::string text(words.one_of);
  for (const std::string& value : rule.values) text += (&value == &rule.values.front() ? " " : ", ") + value;
  return text;
}

std::string needs(const Field& field, const Words& words) {
  std::string text = '(' + type_text(field, words);
  if (field.required) text += ", " + std::string(words.required);
  for (const Rule& rule : field.rules) {
    const bool lower = rule.kind == Rule::Kind::min_length || rule.kind == Rule::Kind::min_items;
    if (lower && rule.bound == 1) continue;  // A minimum of 1 is not worth a word.
    if (const std::string part = rule_text(rule, words); !part.empty()) text += ", " + part;
  }
  return text + ')';
}

/// Writes a line for the field and its text; below an object its members with their path, below a list the
/// members of element 0.
void add_fields(std::string& out, const std::vector<Field>& fields, const std::string& prefix,
                Language language) {
  for (const Field& field : fields) {
    const std::string name = prefix + field.name;
    out += wrapped(name + ' ' + needs(field, words(language)), kIndent - 4);
    out += wrapped(field.text.in(language), kIndent);
    if (!field.structure) continue;
    add_fields(out, field.structure->fields, name + (field.type == Type::array ? ".0." : "."), language);
  }
}

/// Quotes a text as one word of a POSIX shell.
std::string quoted(const std::string& value) {
  const auto plain = [](char c) {
    return std::string_view("\"'\\$`{}[]()<>|&;*?!# \t").find(c) == std::string::npos;
  };
  if (!value.empty() && std::ranges::all_of(value, plain)) return value;
  std::string out = "'";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

std::string example(const ActionDescription& action) {
  std::string out = "  sesame call " + action.name;
  const boost::json::value request = boost::json::parse(action.example_request);
  for (const auto& member : request.as_object()) {
    const bool text = member.value().is_string();
    const std::string value =
        text ? std::string(member.value().as_string()) : boost::json::serialize(member.value());
    out += " \\\n    --" + std::string(member.key()) + ' ' + quoted(value);
  }
  return out + '\n';
}

}  // namespace

std::string action_help(const ActionDescription& action, Language language) {
  const Words& said = words(language);
  std::string out = action.name + " (" + action.version + ")\n" + wrapped(action.summary.in(language), 2);
  if (!action.input.empty()) {
    out += '\n' + std::string(said.flags) + '\n';
    add_fields(out, action.input, "--", language);
  }
  if (!action.output.empty()) {
    out += '\n' + std::string(said.answer) + '\n';
    add_fields(out, action.output, "", language);
  }
  if (!action.errors.empty()) out += '\n' + std::string(said.codes) + '\n';
  for (const std::string& code : action.errors) out += wrapped(code, 2);
  return out + '\n' + std::string(said.example) + '\n' + example(action);
}

std::string action_list(Language language) {
  std::string out;
  std::size_t width = 0;
  for (const ActionDescription& action : description().actions) width = std::max(width, action.name.size());
  for (const ActionDescription& action : description().actions) {
    const std::string& summary = action.summary.in(language);
    const std::size_t end = summary.find(language == Language::zh ? "。" : ". ");
    out += "  " + action.name + std::string(width + 2 - action.name.size(), ' ') + summary.substr(0, end);
    out += out.ends_with('.') || language == Language::zh ? "\n" : ".\n";
  }
  return out;
}

}  // namespace sesame::cloudapi
