#include "dns/ares_queries.hpp"

#include <gtest/gtest.h>

#include <future>

#include "dns/errors.hpp"
#include "testkit/fake_dns.hpp"

namespace sesame::dns {
namespace {

using testkit::FakeDns;

FakeDns::Reply text_reply(const std::string& text) {
  FakeDns::Reply reply;
  reply.texts = {{text}};
  return reply;
}

Result<ServerAnswer> ask(AresQueries& queries, ServerQuery query) {
  std::promise<Result<ServerAnswer>> answer;
  queries.ask(std::move(query), [&](Result<ServerAnswer> found) { answer.set_value(std::move(found)); });
  return answer.get_future().get();
}

TEST(AresQueries, tell_what_one_server_says) {
  FakeDns dns([](const std::string& name, int type) -> std::optional<FakeDns::Reply> {
    FakeDns::Reply reply;
    if (name == "shop.test" && type == 16) reply.texts = {{"v=spf1 ", "mx ~all"}, {"other"}};
    if (name == "shop.test" && type == 15) reply.mail_hosts = {{20, "Mx.Shop.test"}};
    if (name == "gone.test") reply.code = 3;
    if (name == "broken.test") reply.code = 2;
    if (name == "secret.test") reply.code = 5;
    return reply;
  });
  AresQueries queries({});
  const std::optional<HostPort> server = parse_host_port(dns.address());
  const auto texts = ask(queries, {server, "shop.test", RecordType::txt});
  ASSERT_TRUE(texts);
  ASSERT_EQ(texts->records.size(), 2u);
  EXPECT_EQ(texts->records[0].text(), "v=spf1 mx ~all");
  EXPECT_EQ(texts->records[0].name, "shop.test");
  EXPECT_TRUE(texts->resolves);
  EXPECT_FALSE(texts->authoritative);
  const auto hosts = ask(queries, {server, "shop.test", RecordType::mx});
  ASSERT_TRUE(hosts);
  EXPECT_EQ(hosts->records.at(0).mail_host(), (MailHost{20, "mx.shop.test"}));
  for (const auto& [name, code] : {std::pair{"gone.test", Rcode::no_such_name},
                                   {"broken.test", Rcode::server_failure},
                                   {"secret.test", Rcode::refused}}) {
    const auto answer = ask(queries, {server, name, RecordType::txt});
    ASSERT_TRUE(answer) << name;
    EXPECT_EQ(answer->code, code) << name;
    EXPECT_TRUE(answer->records.empty());
  }
}

TEST(AresQueries, ask_their_resolver_when_no_server_is_named) {
  FakeDns dns([](const std::string&, int) { return text_reply("from the resolver"); });
  AresQueries queries(parse_host_port(dns.address()));
  const auto answer = ask(queries, {std::nullopt, "shop.test", RecordType::txt});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->records.at(0).text(), "from the resolver");
}

TEST(AresQueries, give_up_at_their_deadline_while_others_are_answered) {
  FakeDns silent([](const std::string&, int) { return std::nullopt; });
  FakeDns dns([](const std::string&, int) { return text_reply("here"); });
  AresQueries queries({});
  std::promise<Result<ServerAnswer>> none;
  queries.ask(
      {parse_host_port(silent.address()), "shop.test", RecordType::txt, std::chrono::milliseconds(600)},
      [&](Result<ServerAnswer> found) { none.set_value(std::move(found)); });
  EXPECT_TRUE(ask(queries, {parse_host_port(dns.address()), "shop.test", RecordType::txt}));
  EXPECT_EQ(none.get_future().get().error().reason(), "dns.no_answer");
  EXPECT_EQ(silent.questions(), 2u) << "a packet may have been lost";
}

TEST(AresQueries, answer_what_is_open_when_they_stop) {
  FakeDns silent([](const std::string&, int) { return std::nullopt; });
  AresQueries queries({});
  std::vector<std::promise<Result<ServerAnswer>>> answers(AresQueries::kOpenMax);
  const ServerQuery query{parse_host_port(silent.address()), "shop.test", RecordType::txt,
                          std::chrono::minutes(1)};
  for (auto& answer : answers)
    queries.ask(query, [&](Result<ServerAnswer> found) { answer.set_value(std::move(found)); });
  EXPECT_EQ(ask(queries, query).error().reason(), "dns.overloaded");
  queries.stop();
  for (auto& answer : answers) EXPECT_EQ(answer.get_future().get().error().reason(), "dns.stopped");
  EXPECT_EQ(ask(queries, query).error().reason(), "dns.stopped");
}

}  // namespace
}  // namespace sesame::dns
