#include "delivery/source_names.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "testkit/fake_resolver.hpp"
#include "testkit/manual_clock.hpp"

namespace sesame::delivery {
namespace {

constexpr auto kReverse = "10.2.0.192.in-addr.arpa";
constexpr auto kSources = R"(
[source.a]
address = "192.0.2.10"
helo = "a.shop.test"
[source.b]
address = "2001:db8::11"
helo = "b.shop.test"
)";

class SourcesNames : public testing::Test {
 protected:
  SourcesNames() {
    publish_name(kReverse, "a.shop.test");
    publish_name("1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "b.shop.test");
    resolver_.publish_address("a.shop.test", "192.0.2.10");
    resolver_.publish_address("b.shop.test", "2001:db8::11");
  }
  void publish_name(const std::string& of, const std::string& name) {
    resolver_.publish(of, dns::RecordType::ptr, {{of, dns::RecordType::ptr, 60, name}});
  }
  /// The sources without a problem.
  std::string right() {
    const auto rules = rules_->get();
    std::vector<const shaping::Source*> all;
    for (const shaping::Source& source : rules->source_pools().sources()) all.push_back(&source);
    std::string names;
    for (const shaping::Source* source : health_->usable(all)) names += source->name;
    return names;
  }

  testkit::ManualClock clock_;
  testkit::FakeResolver resolver_;
  const std::shared_ptr<shaping::RulesInForce> rules_ = std::make_shared<shaping::RulesInForce>(
      std::make_shared<const shaping::Rules>(std::move(shaping::Rules::parse(kSources, "f")).value()));
  const std::shared_ptr<SourceHealth> health_ = std::make_shared<SourceHealth>(clock_);
  SourceNames names_{resolver_, rules_, health_, clock_};
};

TEST_F(SourcesNames, are_right_when_each_names_the_other) {
  names_.tick();
  EXPECT_EQ(right(), "ab");
}

TEST_F(SourcesNames, are_asked_for_again_each_hour_and_when_the_rules_change) {
  names_.tick();
  publish_name(kReverse, "host-10.cheap.test");
  clock_.advance(std::chrono::minutes(59));
  names_.tick();
  EXPECT_EQ(right(), "ab");
  clock_.advance(std::chrono::minutes(1));
  names_.tick();
  EXPECT_EQ(right(), "b");
  publish_name(kReverse, "a.shop.test");
  rules_->set(rules_->get());
  names_.tick();
  EXPECT_EQ(right(), "ab");
}

TEST_F(SourcesNames, keep_what_is_known_while_the_dns_is_silent) {
  resolver_.withdraw(kReverse);
  names_.tick();
  EXPECT_EQ(right(), "b");
  publish_name(kReverse, "a.shop.test");
  resolver_.fail("a.shop.test");
  clock_.advance(SourceNames::kInterval);
  names_.tick();
  EXPECT_EQ(right(), "b");
  resolver_.fail("a.shop.test", false);
  clock_.advance(SourceNames::kInterval);
  names_.tick();
  EXPECT_EQ(right(), "ab");
}

TEST(NameProblem, is_told_in_words) {
  const shaping::Source source{"a", net::Address::parse("192.0.2.10").value(), "a.shop.test"};
  const auto names = [](std::vector<std::string> found) {
    dns::Answer answer;
    for (std::string& name : found) answer.records.push_back({kReverse, dns::RecordType::ptr, 60, name});
    return answer;
  };
  const auto address = [](const std::string& digits) {
    dns::Answer answer;
    if (!digits.empty())
      answer.records.push_back({"a.shop.test", dns::RecordType::a, 60, net::Address::parse(digits).value()});
    return answer;
  };
  EXPECT_EQ(name_problem(source, names({"old.test", "a.shop.test"}), address("192.0.2.10")), "");
  EXPECT_EQ(name_problem(source, names({}), address("192.0.2.10")), "the address has no PTR record");
  EXPECT_EQ(name_problem(source, names({"x.test"}), address("192.0.2.10")),
            "the PTR record of the address names x.test");
  EXPECT_EQ(name_problem(source, names({"a.shop.test"}), address("")), "the name has no such address");
  EXPECT_EQ(name_problem(source, names({"a.shop.test"}), address("192.0.2.11")),
            "the name has the address 192.0.2.11");
}

}  // namespace
}  // namespace sesame::delivery
