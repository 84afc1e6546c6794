#include "dns/answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dns/errors.hpp"

namespace sesame::dns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Record alias(const std::string& name, const std::string& target, std::uint32_t ttl_s = 600) {
  return {name, RecordType::cname, ttl_s, target};
}
Record text(const std::string& name, const std::string& value, std::uint32_t ttl_s = 600) {
  return {name, RecordType::txt, ttl_s, value};
}

ServerAnswer resolved(std::vector<Record> records) {
  ServerAnswer server;
  server.resolves = true;
  server.records = std::move(records);
  return server;
}

Result<Answer> pick(ServerAnswer server, RecordType type = RecordType::txt) {
  return pick_answer(std::move(server), "Shop.test.", type, Trust::unknown);
}

TEST(PickAnswer, takes_the_records_of_the_name_and_the_type_only) {
  const auto answer = pick(resolved({text("shop.test", "one"), text("other.test", "two"),
                                     Record{"shop.test", RecordType::mx, 5, MailHost{1, "mx.test"}},
                                     text("shop.test", "three", 60)}));
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->texts(), ElementsAre("one", "three"));
  EXPECT_EQ(answer->canonical, "shop.test");
  EXPECT_EQ(answer->ttl_s, 60u);
  EXPECT_TRUE(answer->is_definite());
  EXPECT_FALSE(answer->denies());
}

TEST(PickAnswer, follows_aliases_in_any_order) {
  const auto answer =
      pick(resolved({text("c.test", "here"), alias("b.test", "c.test", 30), alias("shop.test", "b.test")}));
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->texts(), ElementsAre("here"));
  EXPECT_EQ(answer->canonical, "c.test");
  EXPECT_EQ(answer->ttl_s, 30u) << "the alias ends first";
}

TEST(PickAnswer, answers_a_question_for_the_alias_itself) {
  const auto answer =
      pick(resolved({alias("shop.test", "b.test"), alias("b.test", "c.test")}), RecordType::cname);
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->texts(), ElementsAre("b.test"));
  EXPECT_EQ(answer->canonical, "shop.test");
}

TEST(PickAnswer, gives_up_in_a_circle_and_at_a_long_chain) {
  EXPECT_TRUE(pick(resolved({alias("shop.test", "b.test"), alias("b.test", "shop.test")}))
                  .error()
                  .is(errors::kNoAnswer));
  EXPECT_TRUE(pick(resolved({alias("shop.test", "shop.test")})).error().is(errors::kNoAnswer));
  std::vector<Record> chain{alias("shop.test", "a0.test")};
  for (std::size_t i = 0; i + 1 < kAliasesMax; ++i)
    chain.push_back(alias("a" + std::to_string(i) + ".test", "a" + std::to_string(i + 1) + ".test"));
  EXPECT_EQ(pick(resolved(chain))->canonical, "a15.test");
  chain.push_back(alias("a15.test", "a16.test"));
  EXPECT_TRUE(pick(resolved(chain)).error().is(errors::kNoAnswer));
}

TEST(PickAnswer, tells_a_name_without_records_from_no_name) {
  ServerAnswer server = resolved({});
  EXPECT_TRUE(pick(server)->denies());
  EXPECT_EQ(pick(server)->code, Rcode::no_error);
  EXPECT_EQ(pick(server)->ttl_s, kDenialTtlS);
  server.code = Rcode::no_such_name;
  server.denial_ttl_s = 17;
  EXPECT_TRUE(pick(server)->denies());
  EXPECT_EQ(pick(server)->code, Rcode::no_such_name);
  EXPECT_EQ(pick(server)->ttl_s, 17u);
}

TEST(PickAnswer, believes_no_denial_of_a_server_that_does_not_know) {
  ServerAnswer server;
  EXPECT_TRUE(pick(server).error().is(errors::kNoAnswer));
  server.code = Rcode::no_such_name;
  EXPECT_TRUE(pick(server).error().is(errors::kNoAnswer));
  server.authoritative = true;
  EXPECT_TRUE(pick(server)->denies());
  server.code = Rcode::no_error;
  server.records = {alias("shop.test", "elsewhere.test")};
  EXPECT_TRUE(pick(server).error().is(errors::kNoAnswer)) << "it has the first name's zone only";
  server.denial_ttl_s = 60;
  EXPECT_TRUE(pick(server)->denies());
}

TEST(PickAnswer, passes_failures_and_trust_on) {
  ServerAnswer server = resolved({});
  server.code = Rcode::server_failure;
  EXPECT_FALSE(pick(server)->is_definite());
  EXPECT_FALSE(pick(server)->denies());
  EXPECT_EQ(pick(server)->code, Rcode::server_failure);
  server = resolved({text("shop.test", "forged")});
  EXPECT_EQ(pick_answer(server, "shop.test", RecordType::txt, Trust::secure)->trust, Trust::secure);
  EXPECT_FALSE(pick_answer(server, "shop.test", RecordType::txt, Trust::bogus)->is_definite());
}

TEST(Answer, has_values_by_type) {
  const net::Address address = *net::Address::parse("192.0.2.7");
  Answer answer;
  answer.records = {{"a", RecordType::mx, 1, MailHost{20, "second"}},
                    {"a", RecordType::mx, 1, MailHost{10, "first"}},
                    {"a", RecordType::a, 1, address}};
  EXPECT_THAT(answer.mail_hosts(), ElementsAre(MailHost{10, "first"}, MailHost{20, "second"}));
  EXPECT_THAT(answer.addresses(), ElementsAre(address));
  EXPECT_THAT(answer.texts(), IsEmpty());
}

}  // namespace
}  // namespace sesame::dns
