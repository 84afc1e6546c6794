#include "returns/return_addresses.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "content/links.hpp"

namespace sesame::returns {

namespace {

using content::Links;

// An honest report names one mail, perhaps a few times; each further token costs a hash.
constexpr int kCandidatesMax = 32;
constexpr std::size_t kTokenCharsMin = 20;  // A tag of 12 bytes in base 32; shorter words are skipped.

bool is_token_char(char c) { return ascii::is_alpha(c) || (c >= '2' && c <= '7'); }

std::string_view leading_token(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::size_t find_without_case(std::string_view text, std::string_view wanted_lower, std::size_t from) {
  const auto equal = [](char a, char b) { return ascii::to_lower(a) == b; };
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(),
                                 wanted_lower.begin(), wanted_lower.end(), equal);
  return found == text.end() ? text.npos : static_cast<std::size_t>(found - text.begin());
}

std::vector<std::string> local_parts(std::vector<std::string> names) {
  names.emplace_back("postmaster");
  for (std::string& name : names) name = ascii::lower(name.substr(0, name.rfind('@')));
  return names;
}

}  // namespace

ReturnAddresses::ReturnAddresses(const content::MailTokens& tokens, std::string domain,
                                 std::vector<std::string> complaint_names)
    : tokens_(tokens),
      domain_(std::move(domain)),
      complaint_names_(local_parts(std::move(complaint_names))) {}

bool ReturnAddresses::is_here(std::string_view address) const {
  const std::size_t at = address.rfind('@');
  // RFC 5321 §4.1.1.3: <Postmaster> needs no domain.
  if (at == address.npos) return ascii::iequals(address, "postmaster");
  return ascii::iequals(address.substr(at + 1), domain_);
}

std::optional<ReturnAddress> ReturnAddresses::find(std::string_view address) const {
  if (!is_here(address)) return std::nullopt;
  const std::string local = ascii::lower(address.substr(0, address.rfind('@')));
  if (std::ranges::find(complaint_names_, local) != complaint_names_.end()) return ReturnAddress{};
  if (!local.starts_with(Links::kReturnPathStart)) return std::nullopt;
  const auto mail = open(std::string_view(local).substr(Links::kReturnPathStart.size()));
  if (!mail) return std::nullopt;
  return ReturnAddress{ReturnAddress::Kind::bounce, *mail};
}

std::optional<accounts::MailId> ReturnAddresses::open(std::string_view token) const {
  if (token.size() < kTokenCharsMin) return std::nullopt;
  return tokens_.open_from_address(content::TokenUse::bounce, token);
}

std::optional<accounts::MailId> ReturnAddresses::find_named(const mime::ReadMail& report) const {
  if (auto mail = find_in_fields(report.root, false)) return mail;
  return find_in_texts(report.root);
}

/// Searches the reference field of attached mails; the report's own header was written by its author.
std::optional<accounts::MailId> ReturnAddresses::find_in_fields(const mime::Part& part, bool attached) const {
  if (attached) {
    if (auto mail = open(leading_token(mime::field(part, Links::kReferenceField)))) return mail;
  }
  for (const mime::Part& child : part.parts) {
    if (auto mail = find_in_fields(child, true)) return mail;
  }
  return std::nullopt;
}

std::optional<accounts::MailId> ReturnAddresses::find_in_texts(const mime::Part& part) const {
  if (auto mail = find_in_text(part.text)) return mail;
  for (const mime::Part& child : part.parts) {
    if (auto mail = find_in_texts(child)) return mail;
  }
  for (const mime::HeaderField& field : part.fields) {
    if (auto mail = find_in_text(field.value)) return mail;
  }
  return std::nullopt;
}

/// Searches a text for a quoted reference field, or a return path: `b-TOKEN@` before the bounce domain.
std::optional<accounts::MailId> ReturnAddresses::find_in_text(std::string_view text) const {
  const std::string field = ascii::lower(Links::kReferenceField) + ":";
  std::size_t at = 0;
  for (int tries = 0; tries < kCandidatesMax; ++tries) {
    at = find_without_case(text, field, at);
    if (at == text.npos) break;
    at += field.size();
    if (auto mail = open(leading_token(ascii::trim(text.substr(at))))) return mail;
  }
  at = 0;
  for (int tries = 0; tries < kCandidatesMax; ++tries) {
    at = find_without_case(text, Links::kReturnPathStart, at);
    if (at == text.npos) break;
    at += Links::kReturnPathStart.size();
    const std::string_view token = leading_token(text.substr(at));
    if (token.size() < kTokenCharsMin || text.substr(at + token.size(), 1) != "@") {
      --tries;  // A word that is not a token costs no hash.
      continue;
    }
    if (auto mail = open(token)) return mail;
  }
  return std::nullopt;
}

}  // namespace sesame::returns
