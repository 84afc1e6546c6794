#include "senders/addresses.hpp"

#include <gtest/gtest.h>

#include "senders/smtp_passwords.hpp"
#include "senders/unsubscribe_settings.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::senders {
namespace {

constexpr std::int64_t kNow = 1'790'000'000'000;

class SenderAddresses : public testing::Test {
 protected:
  SenderAddresses() {
    database.change([](storage::Writer& writer) {
      for (const int account : {1, 2})
        writer.run({"test.account", "INSERT INTO account (id, app_id, created_ms) VALUES (?1, ?1, 0)"},
                   account);
      const storage::Sql domain{
          "test.domain",
          "INSERT INTO sender_domain (account_id, region, name, dkim_option, tags, verified_ms, "
          "created_ms) VALUES (1, 'ap-guangzhou', ?1, 0, '[]', ?2, 0)"};
      writer.run(domain, "shop.test", 1);
      writer.run(domain, "xn--bcher-kva.test", 1);
      writer.run(domain, "unverified.test", nullptr);
    });
  }
  std::string create(std::string_view address, std::string_view alias = "") {
    const auto created = database.change(
        [&](storage::Writer& writer) { return create_address(writer, scope, address, alias, kNow); });
    return created ? "" : std::string(created.error().reason());
  }
  Result<ResolvedSender> resolve(std::string_view sender,
                                 const accounts::Scope& whose = {1, "ap-guangzhou"}) {
    return database.look([&](storage::Reader& reader) { return resolve_sender(reader, whose, sender); });
  }
  std::string reason(std::string_view sender, const accounts::Scope& whose = {1, "ap-guangzhou"}) {
    const auto resolved = resolve(sender, whose);
    return resolved ? "" : std::string(resolved.error().reason());
  }

  const accounts::Scope scope{1, "ap-guangzhou"};
  testkit::TempDatabase database;
};

TEST_F(SenderAddresses, are_listed_and_found) {
  EXPECT_EQ(create("News@Shop.test", "The 商店"), "");
  EXPECT_EQ(create("info@shop.test"), "");
  const auto listed = database.look([&](storage::Reader& reader) { return list_addresses(reader, scope); });
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].address, "News@Shop.test");
  EXPECT_EQ(listed[0].alias, "The 商店");
  EXPECT_EQ(listed[0].created_ms, kNow);
  EXPECT_TRUE(
      database.look([&](storage::Reader& reader) { return find_address(reader, scope, "NEWS@shop.TEST"); }));
  EXPECT_FALSE(
      database.look([&](storage::Reader& reader) { return find_address(reader, scope, "x@shop.test"); }));
  EXPECT_FALSE(database.look([&](storage::Reader& reader) {
    return find_address(reader, {2, "ap-guangzhou"}, "news@shop.test");
  }));
}

TEST_F(SenderAddresses, are_refused_when_they_are_none) {
  for (const std::string address : {"", "news", "news@", "@shop.test", "a b@shop.test",
                                    "a@shop.test\r\nBcc: x@y.test", "News <news@shop.test>"})
    EXPECT_EQ(create(address), "senders.address_illegal") << address;
}

TEST_F(SenderAddresses, have_names_that_fit_before_an_address) {
  for (const std::string alias :
       {"a:b", "a\r\nBcc: x@y.test", "a\tb", "a\x7f", "a\xc2\x85", "a<b", "a>b", "\xff", "\xc2"})
    EXPECT_EQ(create("news@shop.test", alias), "senders.name_illegal") << alias;
  EXPECT_EQ(create("news@shop.test", std::string(256, 'x')), "senders.name_illegal");
  EXPECT_EQ(create("news@shop.test", "Müller, \"Söhne\" & Co."), "");
}

TEST_F(SenderAddresses, need_a_verified_domain_of_the_account) {
  EXPECT_EQ(create("news@unverified.test"), "senders.domain_not_verified");
  EXPECT_EQ(create("news@other.test"), "senders.address_domain_missing");
  EXPECT_EQ(create("news@mail.shop.test"), "senders.address_domain_missing");
  EXPECT_EQ(create("news@bücher.test"), "");
}

TEST_F(SenderAddresses, exist_once) {
  EXPECT_EQ(create("news@shop.test"), "");
  EXPECT_EQ(create("NEWS@SHOP.test", "x"), "senders.address_taken");
}

TEST_F(SenderAddresses, are_ten_at_most_in_a_domain) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(create("s" + std::to_string(i) + "@shop.test"), "");
  EXPECT_EQ(create("s10@shop.test"), "senders.too_many_addresses");
  EXPECT_EQ(create("s10@xn--bcher-kva.test"), "");
}

TEST_F(SenderAddresses, are_resolved_with_the_given_name_or_their_own) {
  ASSERT_EQ(create("news@shop.test", "Shop"), "");
  const auto plain = resolve("news@shop.test");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->mailbox, (mime::Mailbox{"Shop", "news@shop.test"}));
  EXPECT_EQ(plain->domain, "shop.test");
  EXPECT_EQ(resolve("Sale 优惠 <NEWS@shop.test>")->mailbox, (mime::Mailbox{"Sale 优惠", "NEWS@shop.test"}));
  ASSERT_EQ(create("info@bücher.test"), "");
  EXPECT_EQ(resolve("info@xn--bcher-kva.test")->domain, "xn--bcher-kva.test");
}

TEST_F(SenderAddresses, cannot_be_resolved_when_malformed_or_strange) {
  ASSERT_EQ(create("news@shop.test"), "");
  for (const std::string sender :
       {"", "news", "Shop  <news@shop.test>", "Shop<news@shop.test>", "A:B <news@shop.test>",
        "Shop <news@shop.test", "Shop <news@shop.test>\r\nBcc: x@y.test", "a\r\nb <news@shop.test>"})
    EXPECT_EQ(reason(sender), "senders.sender_malformed") << sender;
  EXPECT_EQ(reason("news@other.test"), "senders.sender_domain_missing");
  EXPECT_EQ(reason("news@unverified.test"), "senders.sender_not_verified");
  EXPECT_EQ(reason("nobody@shop.test"), "senders.sender_unknown");
  EXPECT_EQ(reason("news@shop.test", {2, "ap-guangzhou"}), "senders.sender_domain_missing");
  EXPECT_EQ(reason("news@shop.test", {1, "ap-hongkong"}), "senders.sender_domain_missing");
}

TEST_F(SenderAddresses, have_an_smtp_password_once_one_is_set) {
  ASSERT_EQ(create("news@shop.test"), "");
  const auto hash = [&] {
    return database.look([&](storage::Reader& reader) { return smtp_hash(reader, scope, "NEWS@shop.test"); });
  };
  EXPECT_EQ(hash().value(), "");
  const auto set = [&](std::string_view address) {
    return database.change(
        [&](storage::Writer& writer) { return set_smtp_hash(writer, scope, address, "$h"); });
  };
  EXPECT_TRUE(set("News@shop.test"));
  EXPECT_EQ(hash().value(), "$h");
  EXPECT_TRUE(database.look([&](storage::Reader& reader) { return list_addresses(reader, scope); })[0]
                  .has_smtp_password);
  EXPECT_EQ(set("other@shop.test").error().reason(), "senders.address_missing");
}

TEST(SmtpPassword, has_10_to_20_characters_with_two_different_of_each_kind) {
  for (const char* good : {"Ab12cdefGH", "abCD345678", "Ab12 cd!EFghijklmnop", "AB12abéééé"}) {
    EXPECT_TRUE(check_smtp_password(good)) << good;
  }
  for (const char* bad : {"", "Ab12cdefG", "Ab12cdefGHijklmnopqrs", "aabbccdd12", "AABBCCDD12", "AbCdEfGhIj",
                          "Ab11cdefGH", "AA12cdefgh", "aB12CDEFGH", "Ab12cdefGH\n", "Ab12cdef\x7fGH"}) {
    EXPECT_FALSE(check_smtp_password(bad)) << bad;
  }
  EXPECT_TRUE(check_smtp_password("").error().facts().empty());
}

TEST_F(SenderAddresses, have_one_unsubscribe_setting_each) {
  ASSERT_EQ(create("News@shop.test"), "");
  ASSERT_EQ(create("info@shop.test"), "");
  const auto reason_of = [](const Status& status) {
    return status ? std::string() : std::string(status.error().reason());
  };
  const auto made = [&](std::string address, std::string language, bool enabled) {
    return reason_of(database.change([&](storage::Writer& writer) {
      return create_unsubscribe(writer, scope, {address, language, enabled}, kNow);
    }));
  };
  const auto updated = [&](std::string address, std::string language, bool enabled) {
    return reason_of(database.change([&](storage::Writer& writer) {
      return update_unsubscribe(writer, scope, {address, language, enabled});
    }));
  };
  const auto deleted = [&](std::string address) {
    return reason_of(
        database.change([&](storage::Writer& writer) { return delete_unsubscribe(writer, scope, address); }));
  };
  const auto page = [&](std::int64_t offset, std::int64_t limit) {
    return database.look(
        [&](storage::Reader& reader) { return list_unsubscribe(reader, scope, offset, limit); });
  };
  EXPECT_EQ(made("news@shop.test", "7", true), "");
  EXPECT_EQ(made("news@shop.test", "7", true), "senders.unsubscribe_exists");
  EXPECT_EQ(made("none@shop.test", "7", true), "senders.address_missing");
  EXPECT_EQ(made("no-at", "7", true), "senders.address_illegal");
  EXPECT_EQ(updated("info@shop.test", "1", true), "senders.unsubscribe_missing");
  EXPECT_EQ(made("info@shop.test", "0", false), "");
  EXPECT_EQ(updated("info@shop.test", "1", true), "");
  EXPECT_EQ(page(0, 10).total, 2);
  EXPECT_EQ(page(0, 1).settings.at(0), (UnsubscribeSetting{"News@shop.test", "7", true}));
  EXPECT_EQ(page(1, 10).settings.at(0), (UnsubscribeSetting{"info@shop.test", "1", true}));
  const auto enabled = [&](std::string address) {
    return database.look(
        [&](storage::Reader& reader) { return enabled_unsubscribe(reader, scope, address); });
  };
  EXPECT_EQ(enabled("NEWS@shop.test"), "7");
  EXPECT_EQ(enabled("none@shop.test"), std::nullopt);
  EXPECT_EQ(updated("info@shop.test", "1", false), "");
  EXPECT_EQ(enabled("info@shop.test"), std::nullopt);
  EXPECT_EQ(deleted("info@shop.test"), "");
  EXPECT_EQ(deleted("info@shop.test"), "senders.unsubscribe_missing");
  // An address takes its setting with it.
  ASSERT_TRUE(database.change(
      [&](storage::Writer& writer) { return delete_address(writer, scope, "news@shop.test"); }));
  EXPECT_EQ(page(0, 10).total, 0);
  EXPECT_EQ(reason_of(database.change(
                [&](storage::Writer& writer) { return delete_address(writer, scope, "news@shop.test"); })),
            "senders.address_missing");
}

}  // namespace
}  // namespace sesame::senders
