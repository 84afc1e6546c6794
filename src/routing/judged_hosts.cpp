#include "routing/judged_hosts.hpp"

#include <algorithm>

#include "net/public_address.hpp"

namespace sesame::routing {
namespace {

template <class Rows, class Value>
bool contains(const Rows& rows, const Value& value) {
  return std::ranges::find(rows, value) != rows.end();
}

/// Whether the name or one of the addresses is this machine's. A private address is never taken for this
/// machine's: it is another machine's in each network.
bool is_own(const HostAnswers& host, const OwnAddresses& own) {
  if (contains(own.names, host.host)) return true;
  for (const auto* answer : {&host.v4, &host.v6}) {
    if (!*answer || !**answer || !(**answer)->is_definite()) continue;
    for (const net::Address& address : (**answer)->addresses()) {
      if (net::is_public_address(address) && contains(own.addresses, address)) return true;
    }
  }
  return false;
}

/// Adds what the answer about one family says about a host. The other family need not have been asked for.
void add_answer(JudgedHosts& judged, HostPlan& host, const std::optional<Result<dns::Answer>>& given,
                bool usable) {
  if (!given) {
    judged.unanswered = judged.unanswered || usable;
    return;
  }
  const Result<dns::Answer>& answer = *given;
  if (!answer || !answer->is_definite()) {
    const bool bogus = answer && answer->trust == dns::Trust::bogus;
    (bogus ? judged.bogus : judged.unanswered) = true;
    return;
  }
  judged.ttl_s = std::min(judged.ttl_s, answer->ttl_s);
  if (usable) host.secure = host.secure && answer->trust == dns::Trust::secure;
  for (const net::Address& address : answer->addresses()) {
    // An IPv4 address in IPv6 form has no place in the DNS: it would pass by rules for IPv4.
    if (!net::is_public_address(address) || address.is_mapped()) {
      judged.forbidden = true;
    } else if (usable) {
      host.addresses.push_back(address);
    } else {
      judged.other_family = true;
    }
  }
}

}  // namespace

JudgedHosts judge_hosts(std::span<const dns::MailHost> listed, std::span<const HostAnswers> answers,
                        const OwnAddresses& own, Families families) {
  JudgedHosts judged;
  const auto answers_about = [&](const std::string& name) -> const HostAnswers* {
    const auto found = std::ranges::find(answers, name, &HostAnswers::host);
    return found == answers.end() ? nullptr : &*found;
  };
  for (const dns::MailHost& each : listed) {
    const HostAnswers* const found = answers_about(each.host);
    if (!(found != nullptr ? is_own(*found, own) : contains(own.names, each.host))) continue;
    judged.own_preference = each.preference;
    break;
  }
  for (const dns::MailHost& each : listed) {
    // RFC 5321 §5.1: a server that is listed itself must not send to hosts that are equal or worse.
    if (judged.own_preference && each.preference >= *judged.own_preference) break;
    const HostAnswers* const found = answers_about(each.host);
    if (found == nullptr) {
      judged.unanswered = true;
      continue;
    }
    HostPlan host{.host = each.host, .preference = each.preference, .secure = true};
    add_answer(judged, host, found->v4, families != Families::v6);
    add_answer(judged, host, found->v6, families != Families::v4);
    if (!host.addresses.empty()) judged.usable.push_back(std::move(host));
  }
  return judged;
}

}  // namespace sesame::routing
