#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "mime/errors.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

// The alias of `"alias" <addr>` without its quotes; one that is not quoted throughout stays as it is.
std::string unquoted(std::string_view alias) {
  if (alias.size() < 2 || alias.front() != '"' || alias.back() != '"') return std::string(alias);
  std::string content;
  for (std::size_t i = 1; i + 1 < alias.size(); ++i) {
    if (alias[i] == '"') return std::string(alias);
    if (alias[i] == '\\' && i + 2 < alias.size()) ++i;
    content += alias[i];
  }
  return content;
}

Error refused(const ErrorName& name, std::string_view text) {
  return Error(name).with("value", printable_utf8(text.substr(0, kMaxAliasBytes + kMaxAddressBytes)));
}

}  // namespace

Result<Mailbox> parse_mailbox(std::string_view text) {
  Mailbox mailbox;
  std::string_view address = text;
  // Only a bracket at the end makes an alias: `<` and `>` may stand inside a quoted local part.
  if (!text.empty() && text.back() == '>') {
    const std::size_t open = text.rfind('<');
    if (open == std::string_view::npos || open < 2 || text[open - 1] != ' ' || text[open - 2] == ' ') {
      return refused(errors::kMailboxMalformed, text);  // SES: SendEmail.FromEmailAddress, exactly one space
    }
    const std::string_view alias = text.substr(0, open - 1);
    if (alias.find(':') != std::string_view::npos) return refused(errors::kAliasColon, text);
    const bool readable =
        alias.size() <= kMaxAliasBytes && utf8::valid(alias) && printable_utf8(alias) == alias;
    if (!readable || alias.front() == ' ' || alias.find_first_of("<>") != std::string_view::npos) {
      return refused(errors::kMailboxMalformed, text);
    }
    mailbox.display_name = unquoted(alias);
    address = text.substr(open + 1, text.size() - open - 2);
  }
  const AddressFault fault = check_address(address);
  if (fault != AddressFault::none) {
    return refused(errors::kMailboxBadAddress, text).with("rule", std::string(explain(fault)));
  }
  mailbox.address = address;
  return mailbox;
}

}  // namespace sesame::mime
