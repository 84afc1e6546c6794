#include <stdexcept>

#include "base/ascii.hpp"
#include "mime/encoded_words.hpp"
#include "mime/field_writer.hpp"
#include "mime/message.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

// A longer quoted string would not fold, encoded words do.
constexpr std::size_t kMaxQuotedBytes = 60;

bool is_phrase(std::string_view name) {
  constexpr std::string_view kAtext =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~ ";
  return name.find_first_not_of(kAtext) == std::string_view::npos && name.front() != ' ' &&
         name.back() != ' ' && name.find("  ") == std::string_view::npos;
}

std::string quoted(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result += '"';
}

void write_name(FieldWriter& field, std::string_view name) {
  if (name.empty()) return;
  if (!ascii::is_ascii(name) || looks_encoded(name) || name.size() > kMaxQuotedBytes) {
    field.encoded_words(name);
  } else {
    field.word(is_phrase(name) ? std::string(name) : quoted(name));
  }
}

void write_mailbox(FieldWriter& field, const Mailbox& mailbox, bool last) {
  const std::string name = printable_utf8(mailbox.display_name);
  const std::optional<std::string> address = envelope_address(mailbox.address);
  if (!address) throw std::invalid_argument("address list: " + mailbox.address);
  write_name(field, name);
  field.word((name.empty() ? *address : '<' + *address + '>') + (last ? "" : ","));
}

}  // namespace

void append_address_header(std::string& out, std::string_view name, std::span<const Mailbox> mailboxes) {
  if (mailboxes.empty()) return;
  FieldWriter field(out, name);
  for (const Mailbox& mailbox : mailboxes) write_mailbox(field, mailbox, &mailbox == &mailboxes.back());
  field.end();
}

}  // namespace sesame::mime
