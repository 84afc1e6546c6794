#include "dns/ares_queries.hpp"

#include <gtest/gtest.h>

#include <future>

#include "dns/errors.hpp"
#include "dns/read_records.hpp"
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
  EXPECT_EQ(texts->records[0].value, "v=spf1 mx ~all");
  EXPECT_EQ(texts->records[0].name, "shop.test");
  EXPECT_TRUE(texts->resolves);
  EXPECT_FALSE(texts->authoritative);
  const auto hosts = ask(queries, {server, "shop.test", RecordType::mx});
  ASSERT_TRUE(hosts);
  EXPECT_EQ(hosts->records.at(0).value, "mx.shop.test");
  EXPECT_EQ(hosts->records.at(0).preference, 20);
  for (const auto& [name, code] : {std::pair{"gone.test", 3U}, {"broken.test", 2U}, {"secret.test", 5U}}) {
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
  EXPECT_EQ(answer->records.at(0).value, "from the resolver");
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

WireBytes bytes_of(const std::string& message) {
  return {reinterpret_cast<const unsigned char*>(message.data()), message.size()};
}

TEST(ServerAnswer, is_refused_at_every_cut) {
  // One question for "a.", and its TXT record "hi" by a pointer to the name.
  const std::string whole(
      "\x12\x34\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00"
      "\x01"
      "a\x00\x00\x10\x00\x01"
      "\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c\x00\x03\x02hi",
      34);
  const auto read = read_server_answer(bytes_of(whole));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->authoritative);
  ASSERT_EQ(read->records.size(), 1u);
  EXPECT_EQ(read->records[0].value, "hi");
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read_server_answer(bytes_of(whole.substr(0, length)))) << length;
  std::string longer = whole;
  longer[31] = '\x09';  // The string is longer than its record.
  EXPECT_FALSE(read_server_answer(bytes_of(longer)));
}

}  // namespace
}  // namespace sesame::dns
