#include "mime/address.hpp"

#include <array>

#include "base/ascii.hpp"
#include "base/invisible.hpp"
#include "base/utf8.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr bool is_letter_or_digit(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The roles that one byte of a plain ASCII address can play.
enum Kind : std::uint8_t { kAtext = 1, kLdh = 2, kNotDigit = 4 };

constexpr std::array<std::uint8_t, 256> kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  for (unsigned c = 0; c < 128; ++c) {
    const bool alphanumeric = is_letter_or_digit(static_cast<unsigned char>(c));
    const bool symbol =
        std::string_view("!#$%&'*+-/=?^_`{|}~").find(static_cast<char>(c)) != std::string_view::npos;
    if (alphanumeric || symbol) kinds[c] |= kAtext;  // RFC 5322 §3.2.3
    if (alphanumeric || c == '-') kinds[c] |= kLdh;
    if (c < '0' || c > '9') kinds[c] |= kNotDigit;
  }
  return kinds;
}();

constexpr std::array<char, 256> kLower = [] {
  std::array<char, 256> lower{};
  for (unsigned c = 0; c < 256; ++c) lower[c] = ascii::to_lower(static_cast<char>(c));
  return lower;
}();

// The position of the `@` after an ASCII dot-atom that starts `address`, or 0; writes what is before it to
// `key`.
std::size_t plain_local(std::string_view address, char* key) {
  std::size_t atom = 0;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const auto c = static_cast<unsigned char>(address[i]);
    key[i] = kLower[c];
    if (kKinds[c] & kAtext) continue;
    if (i == atom) return 0;
    if (c == '@') return i <= kMaxLocalBytes ? i : 0;
    if (c != '.') return 0;
    atom = i + 1;
  }
  return 0;
}

// Whether `address` from `start` on is an acceptable ASCII domain; writes it to `key`.
bool plain_domain(std::string_view address, std::size_t start, char* key) {
  std::size_t label = start;
  std::uint8_t kinds = 0;
  for (std::size_t i = start;; ++i) {
    const auto c = static_cast<unsigned char>(i < address.size() ? address[i] : '.');
    if (kKinds[c] & kLdh) {
      kinds |= kKinds[c];
      key[i] = kLower[c];
      continue;
    }
    const std::size_t size = i - label;
    if (c != '.' || size == 0 || size > kMaxLabelBytes || address[label] == '-' || address[i - 1] == '-')
      return false;
    if (i == address.size()) return label != start && (kinds & kNotDigit) != 0;
    key[i] = '.';
    label = i + 1;
    kinds = 0;
  }
}

// The path of nearly all addresses: true, with the key in `key` (as long as the address), for an acceptable
// one of plain ASCII. False leaves the question open.
bool plain_key(std::string_view address, char* key) {
  if (address.size() > kMaxAddressBytes) return false;
  const std::size_t at = plain_local(address, key);
  if (at == 0) return false;
  key[at] = '@';
  return plain_domain(address, at + 1, key);
}

bool is_dot_atom(std::string_view local) {
  bool in_atom = false;
  for (const char c : local) {
    const auto byte = static_cast<unsigned char>(c);
    const bool atext = (kKinds[byte] & kAtext) != 0 || byte >= 0x80;  // RFC 6531 §3.3
    if (!atext && !(c == '.' && in_atom)) return false;
    in_atom = atext;
  }
  return in_atom;
}

// The meaning of a local part: itself, or the content of its quotes (RFC 5321 §4.1.2). nullopt when it is
// malformed.
std::optional<std::string> content_of(std::string_view local) {
  if (has_control_or_separator(local)) return {};
  if (is_dot_atom(local)) return std::string(local);
  if (local.size() < 2 || local.front() != '"' || local.back() != '"') return {};
  std::string content;
  for (std::size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] == '"') return {};
    if (local[i] == '\\') {
      ++i;
      if (i + 1 >= local.size() || static_cast<unsigned char>(local[i]) >= 0x80) return {};
    }
    content += local[i];
  }
  return content;
}

// The shortest way to write `content` as a local part.
std::string local_of(std::string content) {
  if (is_dot_atom(content)) return content;
  std::string quoted = "\"";
  for (const char c : content) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

struct Reading {
  AddressFault fault = AddressFault::none;
  std::string_view local;  // This and the members below are set only without a fault.
  std::string content;
  std::string domain;
};

// Reads any address, with the fault by name.
Reading read(std::string_view address) {
  Reading reading;
  const auto refused = [&reading](AddressFault fault) { return reading.fault = fault, reading; };
  if (address.empty()) return refused(AddressFault::empty);
  if (address.size() > kMaxAddressBytes) return refused(AddressFault::too_long);
  if (!utf8::valid(address)) return refused(AddressFault::not_utf8);
  if (find_invisible(address) != std::string_view::npos) return refused(AddressFault::invisible);
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return refused(AddressFault::no_at);
  reading.local = address.substr(0, at);
  if (at > kMaxLocalBytes) return refused(AddressFault::local_too_long);
  std::optional<std::string> content = content_of(reading.local);
  if (!content) return refused(AddressFault::bad_local);
  std::optional<std::string> domain = ascii_domain(address.substr(at + 1));
  if (!domain) return refused(AddressFault::bad_domain);
  if (at + 1 + domain->size() > kMaxAddressBytes) return refused(AddressFault::too_long);
  reading.content = *std::move(content);
  reading.domain = *std::move(domain);
  return reading;
}

}  // namespace

std::string_view explain(AddressFault fault) {
  switch (fault) {
    case AddressFault::none:
      return "";
    case AddressFault::empty:
      return "the address is empty";
    case AddressFault::too_long:
      return "the address is longer than 254 bytes";
    case AddressFault::no_at:
      return "there is no @ in the address";
    case AddressFault::bad_local:
      return "the part before @ has characters or dots where none may be";
    case AddressFault::local_too_long:
      return "the part before @ is longer than 64 bytes";
    case AddressFault::bad_domain:
      return "the part after @ is not a domain name";
    case AddressFault::not_utf8:
      return "the address is not valid UTF-8";
    case AddressFault::invisible:
      return "the address has an invisible or unassigned character";
  }
  return "the address is not valid";
}

std::string explain(AddressFault fault, std::string_view address) {
  std::string text(explain(fault));
  if (fault != AddressFault::invisible || !utf8::valid(address)) return text;
  const std::size_t at = find_invisible(address);
  if (at != std::string_view::npos) text += " (" + code_point_name(address, at) + ")";
  return text;
}

AddressFault check_address(std::string_view address) {
  char key[kMaxAddressBytes];
  return plain_key(address, key) ? AddressFault::none : read(address).fault;
}

AddressFault append_canonical(std::string& out, std::string_view address) {
  const std::size_t start = out.size();
  out.resize(start + address.size());
  if (plain_key(address, out.data() + start)) return AddressFault::none;
  out.resize(start);
  const Reading reading = read(address);
  if (reading.fault != AddressFault::none) {
    out += ascii::lower(address);
    return reading.fault;
  }
  out += local_of(folded(reading.content));
  out += '@';
  out += reading.domain;
  return AddressFault::none;
}

std::string canonical_address(std::string_view address) {
  std::string key;
  append_canonical(key, address);
  return key;
}

std::string_view domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::optional<std::string> envelope_address(std::string_view address) {
  const Reading reading = read(address);
  if (reading.fault != AddressFault::none) return {};
  return std::string(reading.local) + '@' + reading.domain;
}

bool needs_smtputf8(std::string_view address) {
  return !ascii::is_ascii(address.substr(0, address.rfind('@')));
}

}  // namespace sesame::mime
