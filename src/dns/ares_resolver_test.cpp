#include "dns/ares_resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "dns/errors.hpp"
#include "testkit/fake_dns.hpp"

namespace sesame::dns {
namespace {

using testing::ElementsAre;
using testkit::FakeDns;

constexpr int kServerFailure = 2;
constexpr int kNoSuchName = 3;
constexpr int kRefused = 5;

class AresResolverTest : public testing::Test {
 protected:
  void serve(FakeDns::Script script) {
    server_.emplace(std::move(script));
    ask(server_->address());
  }
  void ask(const std::string& server, std::size_t questions_max = 1000) {
    AresOptions options{.server = parse_host_port(server), .timeout = std::chrono::milliseconds(50)};
    options.trust_ad = trust_ad_;
    options.questions_max = questions_max;
    resolver_ = std::move(AresResolver::start(std::move(options)).value());
  }
  std::future<Result<Resolver::Texts>> begin(const std::string& name) {
    auto answer = std::make_shared<std::promise<Result<Resolver::Texts>>>();
    resolver_->texts(name, [answer](Result<Resolver::Texts> texts) { answer->set_value(std::move(texts)); });
    return answer->get_future();
  }
  Result<Resolver::Texts> texts(const std::string& name) { return begin(name).get(); }
  std::string reason(const std::string& name) {
    const auto answer = texts(name);
    return answer ? "none" : std::string(answer.error().reason());
  }
  Result<Answer> answer(const std::string& name, RecordType type) {
    std::promise<Result<Answer>> answer;
    resolver_->ask(name, type, [&](Result<Answer> found) { answer.set_value(std::move(found)); });
    return answer.get_future().get();
  }
  Result<Resolver::MailHosts> mail_hosts(const std::string& name) {
    std::promise<Result<Resolver::MailHosts>> answer;
    resolver_->mail_hosts(name,
                          [&](Result<Resolver::MailHosts> hosts) { answer.set_value(std::move(hosts)); });
    return answer.get_future().get();
  }

  std::optional<FakeDns> server_;
  std::unique_ptr<AresResolver> resolver_;
  bool trust_ad_ = false;  // For the next serve() or ask().
};

TEST_F(AresResolverTest, joins_the_strings_of_a_text_and_keeps_records_apart) {
  serve([](const std::string& name, int) {
    EXPECT_EQ(name, "shop.test");
    return FakeDns::Reply{.texts = {{"v=DKIM1; p=ab", "cd", "ef"}, {"other"}, {""}}};
  });
  EXPECT_THAT(texts("shop.test").value(), ElementsAre("v=DKIM1; p=abcdef", "other", ""));
}

TEST_F(AresResolverTest, sorts_mail_hosts_by_preference) {
  serve([](const std::string&, int) {
    return FakeDns::Reply{.mail_hosts = {{20, "MX2.shop.test"}, {10, "mx1.shop.test"}}};
  });
  EXPECT_THAT(mail_hosts("shop.test").value(),
              ElementsAre(MailHost{10, "mx1.shop.test"}, MailHost{20, "mx2.shop.test"}));
}

TEST_F(AresResolverTest, a_root_as_mail_host_means_no_mail) {
  serve([](const std::string&, int) { return FakeDns::Reply{.mail_hosts = {{0, ""}}}; });
  EXPECT_THAT(mail_hosts("shop.test").value(), ElementsAre(MailHost{0, ""}));
}

TEST_F(AresResolverTest, nothing_published_is_an_empty_answer) {
  serve([](const std::string& name, int) {
    return FakeDns::Reply{.code = name == "gone.test" ? kNoSuchName : 0};
  });
  EXPECT_THAT(texts("gone.test").value(), ElementsAre());
  EXPECT_THAT(texts("bare.test").value(), ElementsAre());
  EXPECT_THAT(mail_hosts("gone.test").value(), ElementsAre());
  EXPECT_THAT(texts(std::string(300, 'a') + ".test").value(), ElementsAre()) << "too long to exist";
}

TEST_F(AresResolverTest, a_denial_of_a_server_that_does_not_know_is_no_answer) {
  serve([](const std::string& name, int) {
    return FakeDns::Reply{.code = name == "gone.test" ? kNoSuchName : 0, .recursion_available = false};
  });
  EXPECT_EQ(reason("gone.test"), "dns.no_answer");
  EXPECT_EQ(reason("referral.test"), "dns.no_answer");
}

TEST_F(AresResolverTest, a_server_that_fails_or_refuses_is_no_answer) {
  for (const int code : {kServerFailure, kRefused}) {
    serve([code](const std::string&, int) { return FakeDns::Reply{.code = code}; });
    EXPECT_EQ(reason("shop.test"), "dns.no_answer") << code;
  }
}

TEST_F(AresResolverTest, a_silent_server_is_asked_again_and_then_given_up) {
  serve([](const std::string&, int) { return std::nullopt; });
  EXPECT_EQ(reason("shop.test"), "dns.no_answer");
  EXPECT_EQ(server_->questions(), 2u);
}

TEST_F(AresResolverTest, a_lost_answer_costs_a_try) {
  bool first = true;
  serve([&](const std::string&, int) -> std::optional<FakeDns::Reply> {
    if (std::exchange(first, false)) return std::nullopt;
    return FakeDns::Reply{.texts = {{"here"}}};
  });
  EXPECT_THAT(texts("shop.test").value(), ElementsAre("here"));
}

TEST_F(AresResolverTest, nobody_there_is_no_answer) {
  std::string closed;
  {
    const FakeDns gone([](const std::string&, int) { return std::nullopt; });
    closed = gone.address();
  }
  ask(closed);
  EXPECT_EQ(reason("shop.test"), "dns.no_answer");
}

TEST_F(AresResolverTest, many_questions_are_answered_and_more_refused) {
  serve([](const std::string& name, int) { return FakeDns::Reply{.texts = {{name}}}; });
  std::vector<std::future<Result<Resolver::Texts>>> answers;
  for (int i = 0; i < 500; ++i) answers.push_back(begin("n" + std::to_string(i) + ".test"));
  for (int i = 0; i < 500; ++i)
    EXPECT_THAT(answers[i].get().value(), ElementsAre("n" + std::to_string(i) + ".test"));
  ask(server_->address(), 0);
  EXPECT_EQ(reason("shop.test"), "dns.overloaded");
}

TEST_F(AresResolverTest, stopping_answers_what_is_open) {
  serve([](const std::string&, int) { return std::nullopt; });
  auto open = begin("shop.test");
  resolver_->stop();
  EXPECT_EQ(open.get().error().reason(), "dns.stopped");
  EXPECT_EQ(reason("later.test"), "dns.stopped");
}

TEST_F(AresResolverTest, answers_with_records_their_time_and_the_canonical_name) {
  serve([](const std::string& name, int type) {
    EXPECT_EQ(name, "mx.shop.test");
    EXPECT_EQ(type, 28);
    return FakeDns::Reply{.records = {FakeDns::alias_record("", "host.shop.test", 90),
                                      FakeDns::address_record("host.shop.test", "2001:db8::1", 300),
                                      FakeDns::address_record("host.shop.test", "2001:db8::2", 200),
                                      FakeDns::address_record("other.test", "2001:db8::3", 1)}};
  });
  const auto found = answer("MX.shop.test.", RecordType::aaaa);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, Rcode::no_error);
  EXPECT_EQ(found->canonical, "host.shop.test");
  EXPECT_EQ(found->ttl_s, 90u);
  EXPECT_THAT(
      found->records,
      ElementsAre(Record{"host.shop.test", RecordType::aaaa, 300, *net::Address::parse("2001:db8::1")},
                  Record{"host.shop.test", RecordType::aaaa, 200, *net::Address::parse("2001:db8::2")}));
}

TEST_F(AresResolverTest, reads_every_type_it_can_ask_for) {
  serve([](const std::string&, int type) {
    FakeDns::Reply reply;
    if (type == 12) reply.records = {FakeDns::name_record("", 12, "host.shop.test")};
    if (type == 52) reply.records = {{"", 52, "\x03\x01\x01key"}};
    if (type == 1) reply.records = {FakeDns::address_record("", "192.0.2.7")};
    if (type == 5) reply.records = {FakeDns::alias_record("", "other.test")};
    return reply;
  });
  EXPECT_THAT(answer("7.2.0.192.in-addr.arpa", RecordType::ptr)->texts(), ElementsAre("host.shop.test"));
  EXPECT_EQ(answer("_25._tcp.mx.test", RecordType::tlsa)->records.at(0).tlsa(),
            (Tlsa{3, 1, 1, {'k', 'e', 'y'}}));
  EXPECT_THAT(answer("mx.test", RecordType::a)->addresses(), ElementsAre(*net::Address::parse("192.0.2.7")));
  EXPECT_THAT(answer("alias.test", RecordType::cname)->texts(), ElementsAre("other.test"));
}

TEST_F(AresResolverTest, asks_again_over_tcp_what_was_truncated) {
  serve([](const std::string&, int) {
    FakeDns::Reply reply{.truncated = true};
    for (int i = 0; i < 100; ++i) reply.texts.push_back({std::string(200, 'x')});
    return reply;
  });
  EXPECT_EQ(texts("shop.test").value().size(), 100u);
  EXPECT_EQ(server_->tcp_questions(), 1u);
}

TEST_F(AresResolverTest, asks_again_over_tcp_what_is_longer_than_it_takes) {
  serve([](const std::string&, int) {
    return FakeDns::Reply{.texts = std::vector<std::vector<std::string>>(10, {std::string(200, 'x')})};
  });
  EXPECT_EQ(texts("shop.test").value().size(), 10u);
  EXPECT_EQ(server_->tcp_questions(), 1u);
}

TEST_F(AresResolverTest, reads_a_bounded_part_of_an_overlarge_answer) {
  serve([](const std::string&, int) {
    FakeDns::Reply reply{.truncated = true};
    for (int i = 0; i < 4000; ++i) reply.records.push_back(FakeDns::address_record("", "192.0.2.7"));
    return reply;
  });
  EXPECT_EQ(answer("shop.test", RecordType::a)->records.size(), 200u);
}

TEST_F(AresResolverTest, gives_up_when_nobody_answers_over_tcp) {
  serve([this](const std::string&, int) -> std::optional<FakeDns::Reply> {
    if (server_->tcp_questions() > 0) return std::nullopt;
    return FakeDns::Reply{.truncated = true};
  });
  EXPECT_EQ(reason("shop.test"), "dns.no_answer");
  EXPECT_GE(server_->tcp_questions(), 1u);
}

TEST_F(AresResolverTest, gives_up_in_a_circle_of_aliases) {
  serve([](const std::string&, int) {
    return FakeDns::Reply{
        .records = {FakeDns::alias_record("a.test", "b.test"), FakeDns::alias_record("b.test", "a.test")}};
  });
  EXPECT_TRUE(answer("a.test", RecordType::mx).error().is(errors::kNoAnswer));
  EXPECT_EQ(server_->questions(), 1u);
}

TEST_F(AresResolverTest, tells_a_name_without_records_from_no_name) {
  serve([](const std::string& name, int) {
    return FakeDns::Reply{.code = name == "gone.test" ? kNoSuchName : 0,
                          .authority = {FakeDns::soa_record("test", 3600, 120)}};
  });
  const auto gone = answer("gone.test", RecordType::mx);
  EXPECT_EQ(gone->code, Rcode::no_such_name);
  EXPECT_TRUE(gone->denies());
  EXPECT_EQ(gone->ttl_s, 120u);
  const auto bare = answer("bare.test", RecordType::mx);
  EXPECT_EQ(bare->code, Rcode::no_error);
  EXPECT_TRUE(bare->denies());
  const auto none = answer(std::string(64, 'a') + ".test", RecordType::mx);
  EXPECT_EQ(none->code, Rcode::no_such_name) << "no zone can have a label of 64 bytes";
}

TEST_F(AresResolverTest, gives_up_on_a_message_it_cannot_read) {
  serve([](const std::string&, int) {
    // A TXT record whose string is longer than the record.
    return FakeDns::Reply{.records = {{"", 16, "\x09hi"}}};
  });
  EXPECT_EQ(reason("shop.test"), "dns.no_answer");
}

TEST_F(AresResolverTest, believes_that_signatures_are_right_only_when_told_to) {
  const auto by_name = [](const std::string& name, int) {
    return FakeDns::Reply{.authentic = name == "signed.test"};
  };
  serve(by_name);
  EXPECT_EQ(answer("signed.test", RecordType::mx)->trust, Trust::unknown)
      << "a loopback address proves nothing";
  trust_ad_ = true;
  serve(by_name);
  EXPECT_EQ(answer("signed.test", RecordType::mx)->trust, Trust::secure);
  EXPECT_TRUE(server_->asked_for_authentic());
  EXPECT_EQ(answer("unsigned.test", RecordType::mx)->trust, Trust::insecure);
}

TEST_F(AresResolverTest, answers_a_question_that_waited_too_long) {
  serve([](const std::string&, int) { return std::nullopt; });
  std::vector<std::future<Result<Resolver::Texts>>> answers;
  for (int i = 0; i < 1000; ++i) answers.push_back(begin("shop.test"));
  std::size_t turned_away = 0;
  for (auto& one : answers) {
    const auto texts = one.get();
    ASSERT_FALSE(texts);
    turned_away += texts.error().is(errors::kOverloaded) ? 1 : 0;
  }
  EXPECT_GT(turned_away, 0u) << "ten rounds of silence would take ten times the deadline";
}

TEST(AresResolver, needs_an_address_of_its_server) {
  const auto started = AresResolver::start({.server = HostPort{"dns.test", 53}});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason(), "dns.setup");
  EXPECT_TRUE(AresResolver::start({.server = HostPort{"::1", 5353}}));
}

}  // namespace
}  // namespace sesame::dns
