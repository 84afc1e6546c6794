#include "senders/record_rules.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sesame::senders {
namespace {

constexpr std::size_t kValueBytesMax = 2000;

/// A record's value as UTF-8 that can be stored and shown: a record may hold any bytes.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, kValueBytesMax));
  const bool valid = utf8::valid(out);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || (byte >= 0x80 && !valid)) c = '?';
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return shown(out);
}

/// Removes the quotes with which a record may have been pasted into a form.
std::string_view bare(std::string_view text) {
  text = ascii::trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return ascii::trim(text);
}

/// The record's version is its first word: `v=spf1`, not `v=spf10`.
bool has_version(std::string_view text, std::string_view version) {
  if (!ascii::istarts_with(text, version)) return false;
  text.remove_prefix(version.size());
  return text.empty() || ascii::is_space(text.front()) || text.front() == ';';
}

bool includes(std::string_view spf, std::string_view host) {
  for (std::string_view term : ascii::split(spf, ' ')) {
    if (term.starts_with('+')) term.remove_prefix(1);
    if (ascii::istarts_with(term, "include:")) {
      std::string_view named = term.substr(std::string_view("include:").size());
      if (named.ends_with('.')) named.remove_suffix(1);
      if (ascii::iequals(named, host)) return true;
    }
    // RFC 7208 §5.1: mechanisms behind it are never evaluated.
    if (!term.empty() && std::string_view("-~?").find(term.front()) != std::string_view::npos)
      term.remove_prefix(1);
    if (ascii::iequals(term, "all")) return false;
  }
  return false;
}

/// A tag of a list `a=b; c=d` (RFC 6376 §3.2), without white space.
std::optional<std::string> tag(std::string_view list, std::string_view name) {
  for (const std::string_view part : ascii::split(list, ';')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || ascii::trim(part.substr(0, equals)) != name) continue;
    std::string value(part.substr(equals + 1));
    std::erase_if(value, ascii::is_space);
    return value;
  }
  return std::nullopt;
}

bool is_key(std::string_view text, std::string_view public_key) {
  return tag(text, "p") == public_key && tag(text, "v").value_or("DKIM1") == "DKIM1" &&
         tag(text, "k").value_or("rsa") == "rsa" &&
         tag(text, "h").value_or("sha256").find("sha256") != std::string::npos;
}

Finding found(RecordKind kind, std::string value, bool matches) {
  return {.kind = kind, .known = true, .value = std::move(value), .matches = matches};
}

Finding judge_spf(const DomainRecord& record, const std::vector<std::string>& texts) {
  constexpr std::string_view kInclude = "include:";
  const std::size_t from = record.expected_value.find(kInclude) + kInclude.size();
  const std::string host = record.expected_value.substr(from, record.expected_value.find(' ', from) - from);
  std::vector<std::string> policies;
  std::ranges::copy_if(texts, std::back_inserter(policies),
                       [](const std::string& text) { return has_version(text, "v=spf1"); });
  // RFC 7208 §4.5: with two of them a receiver uses neither.
  return found(RecordKind::spf, joined(policies), policies.size() == 1 && includes(policies.front(), host));
}

Finding judge_dkim(const DomainRecord& record, const std::vector<std::string>& texts) {
  const std::string key = tag(record.expected_value, "p").value_or("");
  const auto right = std::ranges::find_if(texts, [&](const std::string& text) { return is_key(text, key); });
  if (right != texts.end()) return found(record.kind, shown(*right), true);
  return found(record.kind, joined(texts), false);
}

Finding judge_dmarc(const std::vector<std::string>& texts) {
  std::vector<std::string> policies;
  std::ranges::copy_if(texts, std::back_inserter(policies),
                       [](const std::string& text) { return has_version(text, "v=DMARC1"); });
  return found(RecordKind::dmarc, joined(policies.empty() ? texts : policies), policies.size() == 1);
}

}  // namespace

Finding judge_texts(const DomainRecord& record, const dns::Resolver::Texts& texts) {
  std::vector<std::string> cleaned;
  for (const std::string& text : texts) cleaned.emplace_back(bare(text));
  if (record.kind == RecordKind::spf) return judge_spf(record, cleaned);
  if (record.kind == RecordKind::dmarc) return judge_dmarc(cleaned);
  return judge_dkim(record, cleaned);
}

Finding judge_mail_hosts(const DomainRecord& record, const dns::Resolver::MailHosts& hosts, bool strict) {
  std::vector<std::string> names;
  bool takes_mail = false;
  for (const dns::MailHost& host : hosts) {
    names.push_back(host.host + ".");
    if (ascii::iequals(names.back(), record.expected_value))
      return found(record.kind, shown(names.back()), true);
    takes_mail = takes_mail || !host.host.empty();  // RFC 7505 §3
  }
  return found(record.kind, joined(names), takes_mail && !strict);
}

}  // namespace sesame::senders
