#include "server/router.hpp"

#include <gtest/gtest.h>

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
  net::HttpResponse overloaded() override { return named("overloaded"); }
  net::HttpResponse failed() override { return named("failed"); }
};

TEST(Router, every_refusal_is_in_the_words_of_the_api) {
  NamedAnswers api;
  Router router(api);
  net::HttpHandler& server_side = router;
  net::HttpRequest head;
  head.target = "/x";
  EXPECT_EQ(server_side.too_large(head).body, "large /x");
  EXPECT_EQ(server_side.malformed("no colon").body, "no colon");
  EXPECT_EQ(server_side.overloaded().body, "overloaded");
  EXPECT_EQ(server_side.failed().body, "failed");
}

class OwnWords final : public net::HttpHandler {
 public:
  net::Task<net::HttpResponse> handle(net::HttpRequest) override { co_return net::HttpResponse{}; }
  net::HttpResponse too_large(const net::HttpRequest&) override { return NamedAnswers::named("its own"); }
};

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
  return answered.get_future().get();
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
