#include "server/router.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "net/loops.hpp"

namespace sesame::server {
namespace {

/// An API whose every answer names itself.
class NamedAnswers final : public net::HttpHandler {
 public:
  static net::HttpResponse named(std::string name) {
    net::HttpResponse response;
    response.body = std::move(name);
    return response;
  }
  net::Task<net::HttpResponse> handle(net::HttpRequest) override { co_return named("handled"); }
  net::HttpResponse too_large(const net::HttpRequest& head) override { return named("large " + head.target); }
  net::HttpResponse malformed(std::string_view why) override { return named(std::string(why)); }
  net::HttpResponse head_too_large(const net::HttpRequest& begin) override {
    return named("large head " + begin.target);
  }
  net::BodyAllowance allow_body(const net::HttpRequest&) override {
    return {.bytes = 7, .known_client = true};
  }
  net::HttpResponse overloaded(const net::HttpRequest&) override { return named("overloaded"); }
  net::HttpResponse failed(const net::HttpRequest&) override { return named("failed"); }
};

TEST(Router, every_refusal_is_in_the_words_of_the_api) {
  NamedAnswers api;
  Router router(api);
  net::HttpHandler& server_side = router;
  net::HttpRequest head;
  head.target = "/x";
  EXPECT_EQ(server_side.too_large(head).body, "large /x");
  EXPECT_EQ(server_side.malformed("no colon").body, "no colon");
  EXPECT_EQ(server_side.head_too_large(head).body, "large head /x");
  EXPECT_EQ(server_side.overloaded(head).body, "overloaded");
  EXPECT_EQ(server_side.failed(head).body, "failed");
  EXPECT_EQ(server_side.allow_body(head).bytes, 7u);
}

class OwnWords final : public net::HttpHandler {
 public:
  net::Task<net::HttpResponse> handle(net::HttpRequest) override { co_return net::HttpResponse{}; }
  net::HttpResponse too_large(const net::HttpRequest&) override { return NamedAnswers::named("its own"); }
};

TEST(Router, says_yes_to_calls_only_when_it_says_no) {
  NamedAnswers api;
  OwnWords own;
  Router router(api);
  router.add("/u/", own);
  net::HttpHandler& server_side = router;
  const auto statuses = [&](std::string target) {
    net::HttpRequest head;
    head.target = std::move(target);
    return std::pair(server_side.overloaded(head).status, server_side.failed(head).status);
  };
  EXPECT_EQ(statuses("/"), std::pair(200U, 200U)) << "the API's error stands in the body";
  EXPECT_EQ(statuses("/?Action=SendEmail"), std::pair(200U, 200U));
  for (const char* target : {"", "/healthz", "/metrics", "/openapi.json", "/u/token", "/u/"})
    EXPECT_EQ(statuses(target), std::pair(503U, 500U)) << target;
}

TEST(Router, forms_of_links_are_small) {
  NamedAnswers api;
  OwnWords own;
  Router router(api);
  router.add("/u/", own);
  net::HttpHandler& server_side = router;
  net::HttpRequest head;
  head.target = "/u/token";
  EXPECT_EQ(server_side.allow_body(head).bytes, 64u * 1024);
  EXPECT_FALSE(server_side.allow_body(head).known_client);
}

TEST(Router, what_is_added_speaks_for_itself) {
  NamedAnswers api;
  OwnWords own;
  Router router(api);
  router.add("/u/", own);
  net::HttpHandler& server_side = router;
  net::HttpRequest head;
  head.target = "/u/token?x=1";
  EXPECT_EQ(server_side.too_large(head).body, "its own");
  head.target = "/?x=/u/";
  EXPECT_EQ(server_side.too_large(head).body, "large /?x=/u/");
}

net::Task<void> ask_for_health(Router* router, std::promise<unsigned>* answered) {
  net::HttpRequest request;
  request.method = "GET";
  request.target = "/healthz";
  const net::HttpResponse response = co_await router->handle(std::move(request));
  answered->set_value(response.status);
}

unsigned health_of(Router& router) {
  net::Loops loops(1);
  loops.start();
  std::promise<unsigned> answered;
  loops.spawn(0, [&] { return ask_for_health(&router, &answered); });
  std::future<unsigned> status = answered.get_future();
  return status.wait_for(std::chrono::seconds(10)) == std::future_status::ready ? status.get() : 0;
}

TEST(Router, says_that_it_is_healthy_only_while_it_is) {
  NamedAnswers api;
  std::string problem;
  Router router(api, [&] { return problem; });
  EXPECT_EQ(health_of(router), 503U);
  router.set_ready(true);
  EXPECT_EQ(health_of(router), 200U);
  problem = "a sync of the database failed";
  EXPECT_EQ(health_of(router), 503U);
}

}  // namespace
}  // namespace sesame::server
