// Names whose servers never answer. This program's look-ups come here first: libcurl calls what it finds.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>

#include "net/http_poster.hpp"
#include "testkit/eventually.hpp"
#include "testkit/tcp_peer.hpp"

namespace {

/// Where look-ups of silent.test wait.
struct Silence {
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  bool over = false;
};
Silence& silence() {
  static auto& one = *new Silence;  // Threads of libcurl may outlive the tests.
  return one;
}

int wait_in_silence() {
  Silence& here = silence();
  std::unique_lock lock(here.mutex);
  ++here.waiting;
  here.changed.notify_all();
  here.changed.wait_for(lock, std::chrono::seconds(30), [&] { return here.over; });
  --here.waiting;
  return EAI_AGAIN;
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto next = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node != nullptr && std::string_view(node) == "silent.test") return wait_in_silence();
  if (node != nullptr && std::string_view(node) == "no-such-name.invalid") return EAI_NONAME;
  return next(node, service, hints, found);
}

namespace sesame::net {
namespace {

using testkit::eventually;

int waiting_look_ups() {
  const std::lock_guard lock(silence().mutex);
  return silence().waiting;
}

TEST(HttpPosterDns, a_silent_name_holds_up_nobody_else) {
  testkit::TcpServer server([&](testkit::TcpPeer& peer) {
    peer.read_until("\r\n\r\n");
    peer.read_exactly(2);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const auto poster = std::make_unique<HttpPoster>(HttpPosterOptions{.allow_private = true});
  std::mutex mutex;
  HttpPosted silent, other;
  const auto post = [&](const std::string& url, std::chrono::milliseconds timeout, HttpPosted& result) {
    poster->post({url, {}, "{}", timeout}, [&](HttpPosted posted) {
      const std::lock_guard lock(mutex);
      result = std::move(posted);
    });
  };
  const auto done = [&](const HttpPosted& result) {
    const std::lock_guard lock(mutex);
    return result.status != 0 || !result.problem.empty();
  };
  post("http://silent.test/", std::chrono::milliseconds(200), silent);
  EXPECT_TRUE(eventually([&] { return done(silent); }, std::chrono::seconds(5)));
  EXPECT_EQ(waiting_look_ups(), 1);  // Long after its time was up.
  post("http://127.0.0.1:" + std::to_string(server.port()), std::chrono::seconds(5), other);
  EXPECT_TRUE(eventually([&] { return done(other); }, std::chrono::seconds(5)));
  EXPECT_EQ(other.status, 200U);
  post("http://silent.test/", std::chrono::seconds(20), silent);
  EXPECT_TRUE(eventually([] { return waiting_look_ups() == 2; }, std::chrono::seconds(5)));
  poster->stop();
  EXPECT_EQ(waiting_look_ups(), 2);  // Nor did the end wait for it.
  {
    const std::lock_guard lock(silence().mutex);
    silence().over = true;
  }
  silence().changed.notify_all();
  EXPECT_TRUE(eventually([] { return waiting_look_ups() == 0; }));
}

}  // namespace
}  // namespace sesame::net
