#include "senders/addresses.hpp"

#include <gtest/gtest.h>

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
  EXPECT_EQ(create("news@other.test"), "senders.domain_not_verified");
  EXPECT_EQ(create("news@mail.shop.test"), "senders.domain_not_verified");
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
  EXPECT_EQ(reason("news@other.test"), "senders.sender_not_verified");
  EXPECT_EQ(reason("news@unverified.test"), "senders.sender_not_verified");
  EXPECT_EQ(reason("nobody@shop.test"), "senders.sender_unknown");
  EXPECT_EQ(reason("news@shop.test", {2, "ap-guangzhou"}), "senders.sender_not_verified");
  EXPECT_EQ(reason("news@shop.test", {1, "ap-hongkong"}), "senders.sender_not_verified");
}

}  // namespace
}  // namespace sesame::senders
