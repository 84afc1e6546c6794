// Streams against scripted peers: every end they can come to, and its name.
#include "net/stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "net/loops.hpp"
#include "testkit/eventually.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::net {
namespace {

using std::chrono::milliseconds;
using testkit::TcpPeer;
using testkit::TcpServer;

constexpr std::chrono::seconds kPlenty{10};

/// Runs one coroutine on a loop and waits for its end.
class StreamTest : public testing::Test {
 protected:
  StreamTest() { loops_.start(); }
  ~StreamTest() override { loops_.stop(); }

  void run(std::function<Task<void>()> make) {
    std::atomic<bool> ended{false};
    loops_.spawn(0, [&]() { return run_and_tell(make, &ended); });
    ASSERT_TRUE(testkit::eventually([&] { return ended.load(); }));
  }
  static Task<void> run_and_tell(std::function<Task<void>()> make, std::atomic<bool>* ended) {
    co_await make();
    *ended = true;
  }

  Loops loops_{1};
};

Task<void> connect_and_read(std::string host, std::uint16_t port, Deadline deadline, std::string* reason,
                            std::string* text) {
  Result<Stream> stream = co_await Stream::connect(host, port, deadline);
  if (!stream) {
    *reason = stream.error().reason();
    co_return;
  }
  std::array<char, 100> into;
  for (;;) {
    const auto read = co_await stream->read_some(into, deadline);
    if (!read) {
      *reason = read.error().reason();
      EXPECT_FALSE(stream->is_open());
      co_return;
    }
    text->append(into.data(), *read);
  }
}

TEST_F(StreamTest, reads_until_the_peer_closes) {
  TcpServer server([](TcpPeer& peer) { peer.send("220 hello\r\n"); });
  std::string reason, text;
  run([&] { return connect_and_read("127.0.0.1", server.port(), kPlenty, &reason, &text); });
  EXPECT_EQ(text, "220 hello\r\n");
  EXPECT_EQ(reason, "net.closed");
}

TEST_F(StreamTest, connects_by_name) {
  TcpServer server([](TcpPeer& peer) { peer.send("hi"); });
  std::string reason, text;
  run([&] { return connect_and_read("localhost", server.port(), kPlenty, &reason, &text); });
  EXPECT_EQ(text, "hi");
}

TEST_F(StreamTest, calls_a_reset_closed) {
  TcpServer server([](TcpPeer& peer) { peer.reset(); });
  std::string reason, text;
  run([&] { return connect_and_read("127.0.0.1", server.port(), kPlenty, &reason, &text); });
  EXPECT_EQ(reason, "net.closed");
}

TEST_F(StreamTest, names_a_refused_connection) {
  std::uint16_t port = 0;
  {
    port = TcpServer([](TcpPeer&) {}).port();
  }
  std::string reason, text;
  run([&] { return connect_and_read("127.0.0.1", port, kPlenty, &reason, &text); });
  EXPECT_EQ(reason, "net.refused");
}

TEST_F(StreamTest, names_a_host_that_does_not_exist) {
  std::string reason, text;
  run([&] { return connect_and_read("nowhere.invalid", 25, kPlenty, &reason, &text); });
  EXPECT_EQ(reason, "net.unresolved");
}

TEST_F(StreamTest, gives_up_on_a_silent_peer) {
  TcpServer server([](TcpPeer& peer) { peer.read_to_end(); });
  std::string reason, text;
  run([&] { return connect_and_read("127.0.0.1", server.port(), milliseconds(50), &reason, &text); });
  EXPECT_EQ(reason, "net.timeout");
}

Task<void> read_with_growing_and_shrinking_time(std::uint16_t port, std::vector<std::string>* reasons) {
  Result<Stream> stream = co_await Stream::connect("127.0.0.1", port, kPlenty);
  std::array<char, 100> into;
  for (int i = 0; i < 3; ++i) {
    co_await stream->write_all("go\n", kPlenty);
    const auto read = co_await stream->read_some(into, milliseconds(i == 1 ? 2'000 : 10'000));
    reasons->push_back(read ? "read" : std::string(read.error().reason()));
  }
  // The timer is set for far later by now; a nearer deadline must still hold.
  const auto read = co_await stream->read_some(into, milliseconds(30));
  reasons->push_back(read ? "read" : std::string(read.error().reason()));
}

TEST_F(StreamTest, holds_each_deadline_whatever_the_one_before) {
  TcpServer server([](TcpPeer& peer) {
    for (int i = 0; i < 3; ++i) {
      peer.read_line();
      peer.send("answer");
    }
    peer.read_to_end();
  });
  std::vector<std::string> reasons;
  run([&] { return read_with_growing_and_shrinking_time(server.port(), &reasons); });
  EXPECT_EQ(reasons, (std::vector<std::string>{"read", "read", "read", "net.timeout"}));
}

Task<void> read_across_an_old_timer(std::uint16_t port, std::string* reason) {
  Result<Stream> stream = co_await Stream::connect("127.0.0.1", port, kPlenty);
  std::array<char, 100> into;
  co_await stream->write_all("go\n", milliseconds(20));
  // The timer of the write fires during this read, which has more time.
  const auto read = co_await stream->read_some(into, kPlenty);
  *reason = read ? "read" : std::string(read.error().reason());
}

TEST_F(StreamTest, is_not_ended_by_a_deadline_that_was_met) {
  TcpServer server([](TcpPeer& peer) {
    peer.read_line();
    testkit::let_time_pass(milliseconds(60));  // Longer than the write had: the point of the test.
    peer.send("late");
    peer.read_to_end();
  });
  std::string reason;
  run([&] { return read_across_an_old_timer(server.port(), &reason); });
  EXPECT_EQ(reason, "read");
}

Task<void> write_much(std::uint16_t port, std::string* reason) {
  Result<Stream> stream = co_await Stream::connect("127.0.0.1", port, kPlenty);
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) {
    const Status sent = co_await stream->write_all(megabyte, milliseconds(100));
    if (sent) continue;
    *reason = sent.error().reason();
    co_return;
  }
}

TEST_F(StreamTest, gives_up_on_a_peer_that_does_not_read) {
  std::atomic<bool> over{false};
  TcpServer server([&](TcpPeer&) { testkit::eventually([&] { return over.load(); }); });
  std::string reason;
  run([&] { return write_much(server.port(), &reason); });
  over = true;
  EXPECT_EQ(reason, "net.timeout");
}

Task<void> gather(std::uint16_t port, std::string* echoed) {
  Result<Stream> stream = co_await Stream::connect("127.0.0.1", port, kPlenty);
  std::vector<std::string_view> pieces;
  for (const std::string_view piece : {"MAIL", " FROM", ":<>", "", "\r\n"}) pieces.push_back(piece);
  co_await stream->write_all(std::move(pieces), kPlenty);
  std::array<char, 100> into;
  const auto read = co_await stream->read_some(into, kPlenty);
  if (read) echoed->assign(into.data(), *read);
}

TEST_F(StreamTest, writes_pieces_in_order) {
  TcpServer server([](TcpPeer& peer) { peer.send(peer.read_line()); });
  std::string echoed;
  run([&] { return gather(server.port(), &echoed); });
  EXPECT_EQ(echoed, "MAIL FROM:<>");
}

Task<void> look_while_kept(std::uint16_t port, std::atomic<int>* step, std::vector<bool>* readable) {
  Result<Stream> stream = co_await Stream::connect("127.0.0.1", port, kPlenty);
  readable->push_back(stream->readable_now());
  *step = 1;
  const Deadline end(kPlenty);
  while (!stream->readable_now() && !end.passed()) co_await sleep_for(milliseconds(1));
  readable->push_back(stream->readable_now());
  stream->close();
  readable->push_back(stream->readable_now());
}

TEST_F(StreamTest, sees_that_a_kept_connection_has_gone) {
  std::atomic<int> step{0};
  TcpServer server([&](TcpPeer&) { testkit::eventually([&] { return step == 1; }); });
  std::vector<bool> readable;
  run([&] { return look_while_kept(server.port(), &step, &readable); });
  EXPECT_EQ(readable, (std::vector<bool>{false, true, true}));
}

Task<void> close_here(Stream* stream) {
  stream->close();
  co_return;
}

Task<void> read_until_closed_here(Loops* loops, std::uint16_t port, std::string* reason) {
  Result<Stream> stream = co_await Stream::connect("127.0.0.1", port, kPlenty);
  Stream* const open = &*stream;
  // It runs on this loop, so not before the read below waits.
  loops->spawn(0, [open] { return close_here(open); });
  std::array<char, 10> into;
  const auto read = co_await stream->read_some(into, kPlenty);
  *reason = read ? "read" : std::string(read.error().reason());
}

TEST_F(StreamTest, ends_an_operation_when_it_is_closed_here) {
  TcpServer server([](TcpPeer& peer) { peer.read_to_end(); });
  std::string reason;
  run([&] { return read_until_closed_here(&loops_, server.port(), &reason); });
  EXPECT_EQ(reason, "net.closed");
}

}  // namespace
}  // namespace sesame::net
