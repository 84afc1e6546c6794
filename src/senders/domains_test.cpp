#include "senders/domains.hpp"

#include <gtest/gtest.h>

#include "senders/addresses.hpp"
#include "senders/domain_list.hpp"
#include "senders/signers.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::senders {
namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;

class Domains : public testing::Test {
 protected:
  static void SetUpTestSuite() { keys = new DomainKeys(make_domain_keys().value()); }
  static void TearDownTestSuite() { delete keys; }

  Domains() : box(std::move(accounts::SecretBox::open(folder.path(), random)).value()) {
    options.mx_host = "mx.sesame.test";
    options.spf_include = "spf.sesame.test";
    database.change([](storage::Writer& writer) {
      for (const int account : {1, 2})
        writer.run({"test.account", "INSERT INTO account (id, app_id, created_ms) VALUES (?1, ?1, 0)"},
                   account);
    });
  }
  Result<Domain> create(std::string name, DkimOption option = DkimOption::rsa1024,
                        const accounts::Scope& whose = {1, "ap-guangzhou"}) {
    return database.change([&](storage::Writer& writer) {
      return create_domain(writer, box, whose, {.name = name, .dkim_option = option, .tags = tags}, *keys,
                           kNow, options);
    });
  }
  std::string reason(const std::string& name, const accounts::Scope& whose = {1, "ap-guangzhou"}) {
    const auto created = create(name, DkimOption::rsa1024, whose);
    return created ? "" : std::string(created.error().reason());
  }
  Result<Domain> update(std::string name, std::optional<DkimOption> option) {
    return database.change([&](storage::Writer& writer) {
      return update_domain(writer, scope, name, option, nullptr, kNow, options);
    });
  }
  Result<Domain> get(std::string name, const accounts::Scope& whose = {1, "ap-guangzhou"}) {
    return database.look([&](storage::Reader& reader) { return get_domain(reader, whose, name, options); });
  }
  Result<Signers> signers(SignerCache& cache, std::string name = "mail.shop.test") {
    return database.look([&](storage::Reader& reader) { return cache.signers_for(reader, scope, name); });
  }

  static inline DomainKeys* keys = nullptr;
  const accounts::Scope scope{1, "ap-guangzhou"};
  testkit::TempDir folder;
  testkit::SeededRandom random;
  accounts::SecretBox box;
  testkit::TempDatabase database;
  DomainOptions options;
  std::vector<Tag> tags;
};

TEST_F(Domains, are_verified_by_trust_with_all_their_records) {
  tags = {{"team", "spring \"quoted\""}, {"环境", "test"}};
  const auto created = create("Mail.Shop.TEST", DkimOption::both);
  ASSERT_TRUE(created);
  EXPECT_EQ(created->name, "mail.shop.test");
  EXPECT_TRUE(created->verified);
  EXPECT_EQ(created->tags, tags);
  EXPECT_EQ(created->created_ms, kNow);
  ASSERT_EQ(created->records.size(), 5u);
  const auto is = [&](int row, std::string type, std::string name, std::string expected) {
    const DomainRecord& record = created->records[row];
    EXPECT_EQ(record.type, type);
    EXPECT_EQ(record.name, name);
    EXPECT_EQ(record.expected_value, expected);
    EXPECT_EQ(record.current_value, expected);
    EXPECT_TRUE(record.matches);
  };
  is(0, "MX", "mail.shop.test", "mx.sesame.test.");
  is(1, "TXT", "mail.shop.test", "v=spf1 include:spf.sesame.test ~all");
  is(2, "TXT", "sesame1024._domainkey.mail.shop.test",
     "v=DKIM1; k=rsa; p=" + keys->rsa1024.public_key_base64());
  is(3, "TXT", "sesame2048._domainkey.mail.shop.test",
     "v=DKIM1; k=rsa; p=" + keys->rsa2048.public_key_base64());
  is(4, "TXT", "_dmarc.mail.shop.test", "v=DMARC1; p=none");
}

TEST_F(Domains, unverified_ones_show_what_is_wanted_and_nothing_found) {
  ASSERT_TRUE(create("mail.shop.test"));
  database.change([](storage::Writer& writer) {
    writer.run({"test.unverify", "UPDATE sender_domain SET verified_ms = NULL"});
  });
  const auto domain = get("mail.shop.test");
  ASSERT_TRUE(domain);
  EXPECT_FALSE(domain->verified);
  for (const DomainRecord& record : domain->records) {
    EXPECT_EQ(record.current_value, "");
    EXPECT_FALSE(record.matches);
  }
}

TEST_F(Domains, have_names_of_two_labels_or_more) {
  for (const std::string name : {"", "shop", "shop.", ".test", "a..test", "-a.test", "a b.test",
                                 "user@shop.test", "shop_x.test", "192.0.2.1", "a.test\r\n", "a;b.test"})
    EXPECT_EQ(reason(name), "senders.domain_illegal") << name;
  EXPECT_EQ(reason(std::string(64, 'a') + ".test"), "senders.domain_illegal");
  EXPECT_EQ(reason("bücher.test"), "");
  EXPECT_EQ(get("BÜCHER.test")->name, "xn--bcher-kva.test");
}

TEST_F(Domains, belong_to_one_account) {
  EXPECT_EQ(reason("shop.test"), "");
  EXPECT_EQ(reason("SHOP.test"), "senders.domain_taken");
  EXPECT_EQ(reason("shop.test", {1, "ap-hongkong"}), "");
  EXPECT_EQ(reason("shop.test", {2, "ap-guangzhou"}), "senders.domain_of_other");
  EXPECT_EQ(reason("mail.shop.test", {2, "ap-guangzhou"}), "");
  EXPECT_EQ(get("shop.test", {2, "ap-guangzhou"}).error().reason(), "senders.domain_missing");
}

TEST_F(Domains, that_nobody_proved_do_not_keep_their_owner_out) {
  options.verification = Verification::dns;
  EXPECT_EQ(reason("shop.test"), "");
  EXPECT_EQ(reason("shop.test", {2, "ap-guangzhou"}), "");
}

TEST_F(Domains, are_ten_at_most) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(reason("d" + std::to_string(i) + ".test"), "");
  EXPECT_EQ(reason("d10.test"), "senders.too_many_domains");
  EXPECT_EQ(reason("d10.test", {1, "ap-hongkong"}), "");
}

TEST_F(Domains, are_deleted_with_their_keys_once_no_address_is_left) {
  ASSERT_TRUE(create("shop.test"));
  const auto add = [&](storage::Writer& writer) {
    return create_address(writer, scope, "news@shop.test", "", kNow);
  };
  ASSERT_TRUE(database.change(add));
  const auto remove = [&](storage::Writer& writer) { return delete_domain(writer, scope, "Shop.test"); };
  EXPECT_EQ(database.change(remove).error().reason(), "senders.domain_has_addresses");
  const auto drop = [&](storage::Writer& writer) { return delete_address(writer, scope, "NEWS@shop.test"); };
  ASSERT_TRUE(database.change(drop));
  ASSERT_TRUE(database.change(remove));
  EXPECT_EQ(get("shop.test").error().reason(), "senders.domain_missing");
  EXPECT_EQ(database.change(remove).error().reason(), "senders.domain_missing");
  EXPECT_EQ(reason("shop.test"), "") << "it can be made anew";
}

TEST_F(Domains, are_listed_by_their_tags_page_by_page) {
  const Tag team{"team", "spring"};
  const Tag site{"site", "a"};
  for (int i = 0; i < 6; ++i) {
    tags = {team};
    if (i % 2 == 0) tags.push_back(site);
    ASSERT_TRUE(create("d" + std::to_string(i) + ".test"));
  }
  const auto page = [&](const DomainFilter& filter) {
    return database.look([&](storage::Reader& reader) { return list_domain_page(reader, scope, filter); });
  };
  EXPECT_EQ(page({}).domains.size(), 6u);
  EXPECT_EQ(page({.tags = {site, team}}).total, 3u);
  EXPECT_EQ(page({.tags = {{"site", "b"}}}).total, 0u);
  const DomainPage second = page({.tags = {site}, .offset = 1, .limit = 1});
  EXPECT_EQ(second.total, 3u);
  ASSERT_EQ(second.domains.size(), 1u);
  EXPECT_EQ(second.domains[0].name, "d2.test");
  EXPECT_TRUE(second.domains[0].verified);
  EXPECT_EQ(page({.offset = 6, .limit = 100}).domains.size(), 0u);
}

TEST(Reputation, a_level_beyond_the_table_is_its_last) {
  Reputation reputation{.daily_quotas = {500, 1000, 2000}, .level = 1};
  EXPECT_EQ(reputation.daily_quota(), 500);
  reputation.level = 9;
  EXPECT_EQ(reputation.effective_level(), 3);
  EXPECT_EQ(reputation.daily_quota(), 2000);
}

TEST_F(Domains, sign_with_the_keys_of_their_option_from_the_next_letter_on) {
  ASSERT_TRUE(create("mail.shop.test"));
  SignerCache cache(box);
  const auto before = signers(cache);
  ASSERT_TRUE(before);
  ASSERT_EQ(before->size(), 1u);
  EXPECT_EQ((*before)[0]->selector(), "sesame1024");
  EXPECT_EQ((*before)[0]->domain(), "mail.shop.test");

  const auto updated = update("MAIL.shop.test", DkimOption::both);
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->dkim_option, DkimOption::both);
  EXPECT_EQ(updated->records.size(), 5u);
  const auto after = signers(cache);
  ASSERT_EQ(after->size(), 2u);
  EXPECT_EQ((*after)[0]->selector(), "sesame2048");
  EXPECT_EQ((*after)[1], (*before)[0]) << "opened once";

  ASSERT_TRUE(update("mail.shop.test", DkimOption::rsa2048));
  EXPECT_EQ(signers(cache)->size(), 1u);
  ASSERT_TRUE(update("mail.shop.test", std::nullopt));
  EXPECT_EQ(get("mail.shop.test")->dkim_option, DkimOption::rsa2048);
}

TEST_F(Domains, cannot_use_a_key_that_does_not_exist) {
  ASSERT_TRUE(create("mail.shop.test"));
  database.change([](storage::Writer& writer) {
    writer.run({"test.lose", "DELETE FROM sender_domain_key WHERE bits = 2048"});
  });
  for (const DkimOption option : {DkimOption::rsa2048, DkimOption::both})
    EXPECT_EQ(update("mail.shop.test", option).error().reason(), "senders.dkim_not_applied");
  EXPECT_TRUE(update("mail.shop.test", DkimOption::rsa1024));
  EXPECT_EQ(update("other.test", DkimOption::rsa1024).error().reason(), "senders.domain_missing");
}

TEST_F(Domains, private_keys_are_sealed_in_the_database) {
  ASSERT_TRUE(create("mail.shop.test"));
  const auto sealed = database.look([](storage::Reader& reader) {
    const auto rows = reader.query({"test.keys", "SELECT sealed_key FROM sender_domain_key"});
    EXPECT_TRUE(rows->next());
    const storage::Blob blob = rows->next_blob();
    return std::string(reinterpret_cast<const char*>(blob.data()), blob.size());
  });
  EXPECT_EQ(sealed.find("PRIVATE"), std::string::npos);
  const testkit::TempDir elsewhere;
  testkit::SeededRandom other_random(2);
  const auto other_box = accounts::SecretBox::open(elsewhere.path(), other_random);
  ASSERT_TRUE(other_box);
  SignerCache cache(*other_box);
  EXPECT_EQ(signers(cache).error().reason(), "senders.key_unreadable");
  EXPECT_EQ(signers(cache, "other.test").error().reason(), "senders.domain_missing");
}

TEST_F(Domains, the_cache_of_signers_has_a_bound) {
  SignerCache cache(box, 2);
  for (int i = 0; i < 5; ++i) {
    *keys = make_domain_keys().value();
    const std::string name = "d" + std::to_string(i) + ".test";
    ASSERT_TRUE(create(name));
    ASSERT_TRUE(signers(cache, name));
    EXPECT_LE(cache.size(), 2u);
  }
}

}  // namespace
}  // namespace sesame::senders
