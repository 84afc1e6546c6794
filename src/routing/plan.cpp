#include "routing/plan.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "mime/address.hpp"
#include "net/public_address.hpp"
#include "routing/judged_hosts.hpp"

namespace sesame::routing {
namespace {

using Kind = NoRoute::Kind;

constexpr unsigned kRefused = 550;
constexpr unsigned kLater = 451;
constexpr unsigned kNullMx = 556;  // RFC 7505 §4.1

/// RFC 7505 §3: a host without a name. Beside others it means nothing.
bool is_null_mx(const std::vector<dns::MailHost>& hosts) {
  return !hosts.empty() && std::ranges::all_of(hosts, [](const auto& each) { return each.host.empty(); });
}

/// The hosts of a definite MX answer, each once with its best preference, the best first; without MX records
/// the destination itself.
std::vector<dns::MailHost> listed_hosts(const dns::Answer& mx) {
  if (mx.records.empty()) return {{0, mx.canonical}};
  std::vector<dns::MailHost> hosts;
  for (dns::MailHost& each : mx.mail_hosts()) {
    const bool known = std::ranges::find(hosts, each.host, &dns::MailHost::host) != hosts.end();
    if (!known && is_host_name(each.host)) hosts.push_back(std::move(each));
  }
  return hosts;
}

template <class Row>
void shuffle(std::vector<Row>& rows, Random& random) {
  for (std::size_t left = rows.size(); left > 1; --left)
    std::swap(rows[left - 1], rows[random.next() % left]);
}

/// Shortens the list to kAddressesMax, so that the smaller family keeps at least half of the places.
void limit(std::vector<net::Address>& addresses, Random& random) {
  shuffle(addresses, random);
  if (addresses.size() <= kAddressesMax) return;
  std::vector<net::Address> kept;
  const auto v4 = static_cast<std::size_t>(std::ranges::count_if(addresses, &net::Address::is_v4));
  const std::size_t v6 = addresses.size() - v4;
  std::size_t room6 = std::min(v6, std::max(kAddressesMax / 2, kAddressesMax - std::min(v4, kAddressesMax)));
  std::size_t room4 = kAddressesMax - room6;
  for (const net::Address& address : addresses) {
    std::size_t& room = address.is_v4() ? room4 : room6;
    if (room == 0) continue;
    --room;
    kept.push_back(address);
  }
  addresses = std::move(kept);
}

class Planning {
 public:
  Planning(const std::string& domain, const Answers& answers, std::int64_t now_ms)
      : domain_(domain), answers_(answers), now_ms_(now_ms) {}

  Route decide(const OwnAddresses& own, Families families, Random& random) const {
    if (!answers_.mx) return unsure("4.4.3", "The DNS does not answer about " + domain_);
    const dns::Answer& mx = *answers_.mx;
    if (mx.trust == dns::Trust::bogus)
      return unsure("4.7.5", "The DNS's signatures for " + domain_ + " are wrong");
    if (!mx.is_definite()) return unsure("4.4.3", "The DNS fails or refuses to answer about " + domain_);
    if (mx.code == dns::Rcode::no_such_name)
      return suspect("5.1.2", "The domain " + domain_ + " does not exist", until(mx.ttl_s));
    if (is_null_mx(mx.mail_hosts()))
      return NoRoute{kNullMx, "5.1.10", Kind::dead, "The domain " + domain_ + " takes no mail",
                     until(mx.ttl_s)};
    const std::vector<dns::MailHost> listed = listed_hosts(mx);
    if (listed.empty())
      return suspect("5.4.4", "The MX records of " + domain_ + " name no host", until(mx.ttl_s));
    JudgedHosts judged = judge_hosts(listed, answers_.hosts, own, families);
    const std::int64_t valid_until_ms = until(std::min(mx.ttl_s, judged.ttl_s), judged.partial());
    if (judged.usable.empty()) return refusal(listed, judged, valid_until_ms);
    for (HostPlan& host : judged.usable) limit(host.addresses, random);
    shuffle_equal(judged.usable, random);
    return Plan{.hosts = std::move(judged.usable),
                .site = SiteKey(listed, kSmtpPort),
                .mx_secure = mx.trust == dns::Trust::secure,
                .valid_until_ms = valid_until_ms};
  }

 private:
  /// The reason why no host is left.
  Route refusal(const std::vector<dns::MailHost>& listed, const JudgedHosts& judged,
                std::int64_t valid_until_ms) const {
    const bool is_best = judged.own_preference == listed.front().preference;
    if (is_best)
      return suspect("5.4.6", "The mail of " + domain_ + " leads back to this server", valid_until_ms,
                     Kind::loop);
    if (judged.bogus)
      return unsure("4.7.5", "The DNS's signatures for the mail hosts of " + domain_ + " are wrong");
    if (judged.unanswered)
      return unsure("4.4.3", "The DNS does not answer about the mail hosts of " + domain_);
    // Better hosts than this server that merely have no address now are not a loop.
    if (judged.own_preference) return unreachable("The better mail hosts of " + domain_ + " have no address");
    if (judged.other_family)
      return unreachable("The mail hosts of " + domain_ + " have addresses of another family only");
    if (judged.forbidden)
      return suspect("5.4.4", "The mail hosts of " + domain_ + " have no public address", valid_until_ms,
                     Kind::forbidden);
    return suspect("5.4.4", "The mail hosts of " + domain_ + " have no address", valid_until_ms);
  }

  NoRoute unsure(std::string enhanced, std::string text) const {
    return {kLater, std::move(enhanced), Kind::unsure, std::move(text), now_ms_};
  }
  NoRoute unreachable(std::string text) const {
    return {kLater, "4.4.4", Kind::unreachable, std::move(text), now_ms_ + kPartialRouteMs};
  }
  static NoRoute suspect(std::string enhanced, std::string text, std::int64_t valid_until_ms,
                         Kind confirmed = Kind::dead) {
    return {kRefused, std::move(enhanced), Kind::suspect, std::move(text), valid_until_ms, confirmed};
  }
  std::int64_t until(std::uint32_t ttl_s, bool partial = false) const {
    const std::int64_t ttl_ms = std::clamp(std::int64_t{ttl_s} * 1000, kRouteMinMs, kRouteMaxMs);
    return now_ms_ + (partial ? std::min(ttl_ms, kPartialRouteMs) : ttl_ms);
  }

  const std::string& domain_;
  const Answers& answers_;
  const std::int64_t now_ms_;
};

}  // namespace

std::optional<std::string> destination_of(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  return mime::ascii_domain(domain);
}

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > mime::kMaxDomainBytes || net::Address::parse(name)) return false;
  return std::ranges::all_of(ascii::split(name, '.'), [](std::string_view label) {
    return !label.empty() && label.size() <= mime::kMaxLabelBytes && std::ranges::all_of(label, [](char c) {
      return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-' || c == '_';
    });
  });
}

std::vector<std::string> hosts_to_ask(const Result<dns::Answer>& mx, Random& random) {
  if (!mx || !mx->is_definite() || mx->code == dns::Rcode::no_such_name || is_null_mx(mx->mail_hosts()))
    return {};
  std::vector<dns::MailHost> hosts = listed_hosts(*mx);
  shuffle(hosts, random);
  std::ranges::stable_sort(hosts, {}, &dns::MailHost::preference);
  hosts.resize(std::min(hosts.size(), kHostsMax));
  std::vector<std::string> names;
  for (dns::MailHost& each : hosts) names.push_back(std::move(each.host));
  return names;
}

Route make_plan(std::string_view domain, const Answers& answers, const OwnAddresses& own, Families families,
                std::int64_t now_ms, Random& random) {
  const std::optional<std::string> destination = destination_of(domain);
  if (!destination) {
    return NoRoute{kRefused, "5.1.3", Kind::dead, "The address has no domain of the Internet",
                   now_ms + kRouteMaxMs};
  }
  return Planning(*destination, answers, now_ms).decide(own, families, random);
}

void shuffle_equal(std::vector<HostPlan>& hosts, Random& random) {
  shuffle(hosts, random);
  std::ranges::stable_sort(hosts, {}, &HostPlan::preference);
}

std::int64_t valid_until_ms(const Route& route) {
  return std::visit([](const auto& found) { return found.valid_until_ms; }, route);
}

}  // namespace sesame::routing
