#include "dns/ares_resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

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
  Result<Resolver::MailHosts> mail_hosts(const std::string& name) {
    std::promise<Result<Resolver::MailHosts>> answer;
    resolver_->mail_hosts(name,
                          [&](Result<Resolver::MailHosts> hosts) { answer.set_value(std::move(hosts)); });
    return answer.get_future().get();
  }

  std::optional<FakeDns> server_;
  std::unique_ptr<AresResolver> resolver_;
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

TEST(AresResolver, needs_an_address_of_its_server) {
  const auto started = AresResolver::start({.server = HostPort{"dns.test", 53}});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason(), "dns.setup");
  EXPECT_TRUE(AresResolver::start({.server = HostPort{"::1", 5353}}));
}

}  // namespace
}  // namespace sesame::dns
