#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "senders/domain_check.hpp"
#include "senders/record_rules.hpp"

namespace sesame::senders {
namespace {

constexpr std::size_t kStringBytesMax = 255;  // RFC 1035 §3.3.14: one string of a TXT record.

struct Words {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Words, 15> kWords{{
    {"right", "The record is right."},
    {"no_name", "The DNS has no such name."},
    {"no_record", "The name is there, and has no such record."},
    {"different", "The record has another value."},
    {"two_spf", "There are two SPF records, so receivers use neither. Merge them into one."},
    {"spf_include_missing", "The SPF record does not include the wanted host before its `all`."},
    {"cut", "The value is cut: one string takes 255 bytes, so a longer value must be split into several."},
    {"quotes", "The value has quotes inside of it. Enter it without them."},
    {"cname", "A CNAME record stands at this name, so no other record counts there."},
    {"doubled_host",
     "The record stands at a doubled name: enter the short host, since the DNS host adds the zone by "
     "itself."},
    {"silent", "The server did not answer in 3 s."},
    {"unreachable", "The server could not be reached."},
    {"failed", "The server refused the question, or failed."},
    {"lame", "The server does not have this zone."},
    {"not_asked", "The server has a private address and was not asked (`dns.allow_private`)."},
}};

std::vector<std::string> texts_of(const dns::ServerAnswer& answer) {
  std::vector<std::string> texts;
  for (const dns::Record& record : answer.records) {
    if (record.type == dns::RecordType::txt) texts.push_back(record.text());
  }
  return texts;
}

dns::Resolver::MailHosts hosts_of(const dns::ServerAnswer& answer) {
  dns::Resolver::MailHosts hosts;
  for (const dns::Record& record : answer.records) {
    if (record.type == dns::RecordType::mx) hosts.push_back(record.mail_host());
  }
  std::ranges::stable_sort(hosts, {}, &dns::MailHost::preference);
  return hosts;
}

bool is_spf(std::string_view text) { return ascii::istarts_with(text, "v=spf1"); }

/// Whether the text is the beginning of the wanted value and nothing else.
bool is_cut(std::string_view text, std::string_view wanted) {
  constexpr std::size_t kTellingBytes = kStringBytesMax / 2;  // Less may be another record's.
  return text.size() < wanted.size() && text.size() >= kTellingBytes && wanted.starts_with(text);
}

ServerFinding fault_of(const DomainRecord& record, const std::vector<std::string>& texts) {
  if (texts.empty()) return ServerFinding::no_record;
  if (record.kind == RecordKind::spf) {
    const auto policies = std::ranges::count_if(texts, is_spf);
    if (policies == 0) return ServerFinding::no_record;
    return policies > 1 ? ServerFinding::two_spf : ServerFinding::spf_include_missing;
  }
  for (const std::string& text : texts) {
    if (is_cut(text, record.expected_value)) return ServerFinding::cut;
    if (text.find('"') == std::string::npos) continue;
    std::string bare = text;
    std::erase(bare, '"');
    if (judge_texts(record, {bare}).matches) return ServerFinding::quotes;
  }
  return ServerFinding::different;
}

const dns::Record* alias_of(const DomainRecord& record, const dns::ServerAnswer& answer) {
  const auto found = std::ranges::find_if(answer.records, [&](const dns::Record& each) {
    return each.type == dns::RecordType::cname && each.name == record.name;
  });
  return found == answer.records.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(ServerFinding finding) { return kWords[static_cast<std::size_t>(finding)].name; }
std::string_view explain(ServerFinding finding) { return kWords[static_cast<std::size_t>(finding)].text; }

bool is_known(ServerFinding finding) {
  switch (finding) {
    case ServerFinding::silent:
    case ServerFinding::unreachable:
    case ServerFinding::failed:
    case ServerFinding::lame:
    case ServerFinding::not_asked:
      return false;
    default:
      return true;
  }
}

ServerVerdict judge_server(const DomainRecord& record, const dns::ServerAnswer& answer, bool strict,
                           bool is_resolver) {
  ServerVerdict verdict;
  if (answer.code != dns::Rcode::no_error && answer.code != dns::Rcode::no_such_name) {
    verdict.finding = ServerFinding::failed;
    return verdict;
  }
  const std::vector<std::string> texts = texts_of(answer);
  const dns::Resolver::MailHosts hosts = hosts_of(answer);
  const Finding found =
      record.kind == RecordKind::mx ? judge_mail_hosts(record, hosts, strict) : judge_texts(record, texts);
  verdict.value = found.value;
  if (found.matches) {
    verdict.finding = ServerFinding::right;
  } else if (const dns::Record* const alias = alias_of(record, answer)) {
    verdict.finding = ServerFinding::cname;
    verdict.value = alias->text() + ".";
  } else if (!answer.authoritative && !(is_resolver && answer.resolves)) {
    verdict.finding = ServerFinding::lame;
  } else if (answer.code == dns::Rcode::no_such_name) {
    verdict.finding = ServerFinding::no_name;
  } else if (record.kind == RecordKind::mx) {
    verdict.finding = hosts.empty() ? ServerFinding::no_record : ServerFinding::different;
  } else {
    verdict.finding = fault_of(record, texts);
  }
  return verdict;
}

}  // namespace sesame::senders
