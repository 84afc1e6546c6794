#include "dns/answer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/ascii.hpp"
#include "dns/errors.hpp"

namespace sesame::dns {
namespace {

Error no_answer(const std::string& name, const char* why) {
  return Error(errors::kNoAnswer).with("name", name).because(why);
}

const Record* find_alias(const std::vector<Record>& records, const std::string& name) {
  const auto found = std::ranges::find_if(
      records, [&](const Record& record) { return record.type == RecordType::cname && record.name == name; });
  return found == records.end() ? nullptr : &*found;
}

template <class Value>
std::vector<Value> values_of(const std::vector<Record>& records) {
  std::vector<Value> values;
  for (const Record& record : records) {
    if (const auto* value = std::get_if<Value>(&record.value)) values.push_back(*value);
  }
  return values;
}

}  // namespace

std::vector<std::string> Answer::texts() const { return values_of<std::string>(records); }

std::vector<MailHost> Answer::mail_hosts() const {
  std::vector<MailHost> hosts = values_of<MailHost>(records);
  std::ranges::stable_sort(hosts, {}, &MailHost::preference);
  return hosts;
}

std::vector<net::Address> Answer::addresses() const { return values_of<net::Address>(records); }

Result<Answer> pick_answer(ServerAnswer server, const std::string& name, RecordType type, Trust trust) {
  Answer answer;
  answer.code = server.code;
  answer.trust = trust;
  answer.canonical = ascii::lower(name);
  if (answer.canonical.ends_with('.')) answer.canonical.pop_back();
  std::uint32_t ttl_s = std::numeric_limits<std::uint32_t>::max();
  std::size_t aliases = 0;
  if (type != RecordType::cname) {
    while (const Record* alias = find_alias(server.records, answer.canonical)) {
      // A circle never ends either. RFC 1034 §3.6.2 leaves the limit to the resolver.
      if (++aliases > kAliasesMax) return no_answer(name, "the aliases have no end");
      answer.canonical = alias->text();
      ttl_s = std::min(ttl_s, alias->ttl_s);
    }
  }
  for (Record& record : server.records) {
    if (record.type != type || record.name != answer.canonical) continue;
    ttl_s = std::min(ttl_s, record.ttl_s);
    answer.records.push_back(std::move(record));
  }
  if (answer.denies()) {
    if (!server.may_deny()) return no_answer(name, "the server neither resolves nor has the zone");
    // "Authoritative" is said of the first name; without an SOA record nobody speaks for the last one's zone.
    if (aliases > 0 && !server.resolves && !server.denial_ttl_s)
      return no_answer(name, "the server does not have the zone of the alias");
    ttl_s = std::min(ttl_s, server.denial_ttl_s.value_or(kDenialTtlS));
  }
  answer.ttl_s = answer.is_definite() ? ttl_s : 0;
  return answer;
}

}  // namespace sesame::dns
