#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "routing/sts_policies.hpp"
#include "testkit/fake_resolver.hpp"
#include "testkit/manual_clock.hpp"

namespace sesame::routing {

/// A policy as its host publishes it.
inline std::string policy_text(const std::string& mode, const std::vector<std::string>& mx,
                               std::int64_t max_age_s = 7 * 86'400) {
  std::string text = "version: STSv1\nmode: " + mode + "\nmax_age: " + std::to_string(max_age_s) + "\n";
  for (const std::string& host : mx) text += "mx: " + host + "\n";
  return text;
}

/// Policies on a resolver and policy hosts of the test's, at a time of the test's.
class StsWorld : public testing::Test {
 protected:
  static constexpr std::uint32_t kTtlS = testkit::FakeResolver::kTtlS;

  StsWorld() { restart(); }

  /// Forgets all but `rows`.
  void restart(const StsPolicyRows& rows = {}) {
    const auto fetch = [this](const std::string& url, std::function<void(StsFetched)> done) {
      fetches.push_back(url);
      if (hold_fetches) {
        held.push_back(std::move(done));
      } else if (const auto found = bodies.find(url); found != bodies.end()) {
        done({found->second, {}});
      } else {
        done({{}, "nobody answers"});
      }
    };
    policies.emplace(resolver, fetch, clock, options);
    policies->restore(rows);
  }
  void publish(const std::string& domain, const std::string& id, const std::string& body) {
    resolver.publish("_mta-sts." + domain, dns::Resolver::Texts{"v=STSv1; id=" + id + ";"});
    bodies[sts_policy_url(domain)] = body;
  }
  void withdraw_record(const std::string& domain) { resolver.withdraw("_mta-sts." + domain); }
  void break_host(const std::string& domain) { bodies.erase(sts_policy_url(domain)); }

  /// "enforce 1", "none" without a policy, "waits" without an answer.
  std::string find(const std::string& domain) {
    std::string found = "waits";
    last.reset();
    policies->find(domain, [&, this](const StsPolicyPtr& policy) { last = policy; });
    if (last) found = *last == nullptr ? "none" : std::string(name_of((*last)->mode)) + " " + (*last)->id;
    return found;
  }
  std::size_t questions(const std::string& domain) const {
    return resolver.questions("_mta-sts." + domain, dns::RecordType::txt);
  }

  testkit::FakeResolver resolver;
  testkit::ManualClock clock;
  StsOptions options;
  std::map<std::string, std::string> bodies;  // By URL.
  std::vector<std::string> fetches;
  bool hold_fetches = false;
  std::vector<std::function<void(StsFetched)>> held;
  std::optional<StsPolicyPtr> last;
  std::optional<StsPolicies> policies;
};

}  // namespace sesame::routing
