#include "senders/look_up.hpp"

#include <gtest/gtest.h>

#include <future>

#include "senders/rechecks.hpp"
#include "testkit/eventually.hpp"
#include "testkit/fake_resolver.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::senders {
namespace {

using std::chrono_literals::operator""s;
constexpr const char* kName = "shop.test";

class DomainChecks : public testing::Test {
 protected:
  static void SetUpTestSuite() { keys = new DomainKeys(make_domain_keys().value()); }
  static void TearDownTestSuite() { delete keys; }

  DomainChecks() : box(std::move(accounts::SecretBox::open(folder.path(), random)).value()) {
    options.verification = Verification::dns;
    options.mx_host = "mx.sesame.test";
    options.spf_include = "spf.sesame.test";
    options.recheck_ms = 10'000;
    look_ups.emplace(*database, resolver, clock, options);
    database.change([](storage::Writer& writer) {
      writer.run({"test.account", "INSERT INTO account (id, app_id, created_ms) VALUES (1, 1, 0)"});
    });
    created = database
                  .change([&](storage::Writer& writer) {
                    return create_domain(writer, box, scope, {.name = kName}, *keys, clock.now_ms(), options);
                  })
                  .value();
  }
  ~DomainChecks() override { database.close(); }  // Its threads use the rest.

  Domain get() {
    return database.look([&](storage::Reader& reader) { return get_domain(reader, scope, kName, options); })
        .value();
  }
  void publish(const DomainRecord& record) {
    if (record.kind == RecordKind::mx) {
      resolver.publish(record.name, dns::Resolver::MailHosts{{10, "mx.sesame.test"}});
    } else {
      resolver.publish(record.name, dns::Resolver::Texts{record.expected_value});
    }
  }
  void publish_all() {
    for (const DomainRecord& record : get().records) publish(record);
  }
  Result<LookUp> look_up(std::optional<DkimOption> option = std::nullopt, std::string name = kName) {
    std::promise<Result<LookUp>> answer;
    look_ups->begin(scope, name, option, [&](Result<LookUp> found) { answer.set_value(std::move(found)); });
    return answer.get_future().get();
  }
  /// As UpdateEmailIdentity does it.
  Result<Domain> verify(std::optional<DkimOption> option = std::nullopt) {
    clock.advance(1s);
    const Result<LookUp> found = look_up(option);
    if (!found) return found.error();
    return store(*found, option);
  }
  Result<Domain> store(const LookUp& found, std::optional<DkimOption> option = std::nullopt) {
    return database.change([&](storage::Writer& writer) {
      return update_domain(writer, scope, kName, option, &found, clock.now_ms(), options);
    });
  }

  static inline DomainKeys* keys = nullptr;
  const accounts::Scope scope{1, "ap-guangzhou"};
  testkit::ManualClock clock;
  testkit::TempDir folder;
  testkit::SeededRandom random;
  accounts::SecretBox box;
  testkit::FakeResolver resolver;
  std::optional<DomainLookUps> look_ups;
  DomainOptions options;
  Domain created;
  testkit::TempDatabase database;
};

TEST_F(DomainChecks, a_domain_is_verified_when_all_its_records_are_found) {
  EXPECT_FALSE(created.verified);
  ASSERT_EQ(created.records.size(), 4u);
  for (const DomainRecord& record : created.records) {
    EXPECT_FALSE(record.matches);
    EXPECT_EQ(record.current_value, "");
    EXPECT_FALSE(verify()->verified);
    publish(record);
  }
  const auto verified = verify();
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->verified);
  for (const DomainRecord& record : verified->records) {
    EXPECT_TRUE(record.matches) << record.name;
    EXPECT_EQ(record.current_value, record.expected_value);
  }
}

TEST_F(DomainChecks, a_wrong_record_is_shown_and_takes_the_verification_back) {
  publish_all();
  ASSERT_TRUE(verify()->verified);
  resolver.publish(kName, dns::Resolver::Texts{"v=spf1 -all"});
  const auto after = verify();
  EXPECT_FALSE(after->verified);
  EXPECT_EQ(after->records[1].current_value, "v=spf1 -all");
  resolver.withdraw(kName);
  EXPECT_EQ(verify()->records[1].current_value, "");
  publish_all();
  EXPECT_TRUE(verify()->verified);
}

TEST_F(DomainChecks, a_failing_resolver_says_nothing_about_a_domain) {
  publish_all();
  ASSERT_TRUE(verify()->verified);
  resolver.be_down(true);
  EXPECT_EQ(verify().error().reason(), "senders.dns_unavailable");
  EXPECT_TRUE(get().verified);
  resolver.be_down(false);
  resolver.fail("_dmarc.shop.test");
  const auto partly = verify();
  EXPECT_TRUE(partly->verified);
  EXPECT_TRUE(partly->records[3].matches) << "as it was found before";
}

TEST_F(DomainChecks, what_could_not_be_looked_up_verifies_nothing) {
  publish_all();
  resolver.fail("_dmarc.shop.test");
  const auto partly = verify();
  EXPECT_FALSE(partly->verified);
  EXPECT_TRUE(partly->records[1].matches);
  EXPECT_FALSE(partly->records[3].matches);
}

TEST_F(DomainChecks, another_key_signs_only_once_the_dns_was_asked_about_it) {
  publish_all();
  ASSERT_TRUE(verify()->verified);
  const std::string new_key = "sesame2048._domainkey.shop.test";
  resolver.fail(new_key);
  EXPECT_EQ(verify(DkimOption::both).error().reason(), "senders.dns_unavailable");
  EXPECT_EQ(get().dkim_option, DkimOption::rsa1024);
  resolver.fail(new_key, false);
  const auto both = verify(DkimOption::both);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->records.size(), 5u);
  EXPECT_FALSE(both->verified) << "its record is not published yet";
  publish_all();
  EXPECT_TRUE(verify()->verified);
}

TEST_F(DomainChecks, an_older_look_up_does_not_overwrite_a_newer_one) {
  clock.advance(1s);
  const LookUp slow = look_up().value();
  publish_all();
  ASSERT_TRUE(verify()->verified);
  EXPECT_TRUE(store(slow)->verified);
}

TEST_F(DomainChecks, of_a_domain_that_is_gone_change_nothing) {
  EXPECT_EQ(look_up(std::nullopt, "other.test").error().reason(), "senders.domain_missing");
  publish_all();
  const LookUp found = look_up().value();
  ASSERT_TRUE(database.change([&](storage::Writer& writer) { return delete_domain(writer, scope, kName); }));
  database.change([&](storage::Writer& writer) { record_look_up(writer, found, 1); });
}

TEST_F(DomainChecks, are_repeated_when_they_are_due) {
  Rechecks rechecks(*database, *look_ups, clock, random, {.every = 10s, .at_once = 2});
  publish_all();
  ASSERT_TRUE(verify()->verified);
  const std::size_t asked = resolver.questions();
  rechecks.tick();
  clock.advance(12s);
  resolver.withdraw("_dmarc.shop.test");
  EXPECT_TRUE(testkit::eventually([&] {
    rechecks.tick();
    return !get().verified;
  }));
  EXPECT_EQ(resolver.questions(), asked + 4) << "once, and not before it was due";
  resolver.publish("_dmarc.shop.test", dns::Resolver::Texts{"v=DMARC1; p=reject"});
  clock.advance(12s);
  EXPECT_TRUE(testkit::eventually([&] {
    rechecks.tick();
    return get().verified;
  }));
  // A resolver that is down changes nothing, and is asked again sooner.
  resolver.be_down(true);
  clock.advance(12s);
  const std::size_t before = resolver.questions();
  EXPECT_TRUE(testkit::eventually([&] {
    rechecks.tick();
    return resolver.questions() >= before + 4;
  }));
  EXPECT_TRUE(get().verified);
}

TEST(NextCheck, is_spread_around_the_interval) {
  testkit::SeededRandom random;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t next = next_check_ms(1'000'000, 100s, random);
    EXPECT_GE(next, 1'090'000);
    EXPECT_LE(next, 1'110'000);
  }
  EXPECT_GE(next_check_ms(5, 0s, random), 5);
}

}  // namespace
}  // namespace sesame::senders
