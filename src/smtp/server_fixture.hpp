#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/loops.hpp"
#include "net/stream.hpp"
#include "smtp/server.hpp"
#include "testkit/certificate.hpp"
#include "testkit/eventually.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::smtp {

/// Keeps what it accepts. Refuses senders, recipients and mails that hold "refuse"; a mail that holds "hold"
/// waits until it is released, with "throw" it throws. "ann@sender.test" logs in with "right password".
class Keeper final : public ServerHandler {
 public:
  std::unique_ptr<SessionHandler> new_session(const std::string&) override {
    return std::make_unique<Session>(*this);
  }
  std::vector<IncomingMail> mails() const {
    const std::lock_guard lock(mutex_);
    return mails_;
  }

  std::atomic<bool> released{false};
  std::atomic<int> logins{0};

 private:
  class Session final : public SessionHandler {
   public:
    explicit Session(Keeper& keeper) : keeper_(keeper) {}

    net::Task<Answer> on_login(const Guest& guest, std::string user, Secret password) override {
      ++keeper_.logins;
      EXPECT_TRUE(guest.encrypted);
      const bool right = user == "ann@sender.test" && password.reveal() == "right password";
      if (right) co_return Answer{235, "2.0.0", "welcome"};
      co_return Answer{535, "5.7.8", "no"};
    }
    net::Task<Answer> on_sender(const Guest&, const Path& path) override { co_return judge(path.mailbox); }
    net::Task<Answer> on_recipient(const Guest&, const Path& path) override { co_return judge(path.mailbox); }
    net::Task<Answer> on_mail(const Guest&, IncomingMail mail) override {
      const bool holds = mail.bytes.find("hold") != std::string::npos;
      while (holds && !keeper_.released) co_await net::sleep_for(std::chrono::milliseconds(2));
      if (mail.bytes.find("throw") != std::string::npos) throw std::runtime_error("a bug");
      const Answer answer = judge(mail.bytes);
      const std::lock_guard lock(keeper_.mutex_);
      if (answer.positive()) keeper_.mails_.push_back(std::move(mail));
      co_return answer;
    }

   private:
    static Answer judge(const std::string& text) {
      if (text.find("refuse") != std::string::npos) return {550, "5.7.1", "re\r\nfused"};
      return {250, "2.0.0", "OK"};
    }
    Keeper& keeper_;
  };

  mutable std::mutex mutex_;
  std::vector<IncomingMail> mails_;  // Guarded by mutex_.
};

/// A client that sends bytes and reads lines, plain or under TLS. Blocks, for ten seconds at most.
class Talker {
 public:
  Talker(net::Loops& loops, std::uint16_t port) : loops_(loops) {
    run([&] { return connect(port); });
  }

  void say(const std::string& bytes) {
    run([&] { return write(bytes); });
  }
  /// The next reply with its code, several lines joined by '|'; "" at the end of the connection.
  std::string hear() {
    std::string reply;
    for (;;) {
      const std::string line = hear_line();
      reply += line;
      if (line.size() < 4 || line[3] != '-') return reply;
      reply += '|';
    }
  }
  std::string ask(const std::string& line) {
    say(line + "\r\n");
    return hear();
  }
  /// True when the server has closed without another reply.
  bool is_left() { return hear_line().empty(); }
  void start_tls() {
    run([&] { return encrypt(); });
  }
  void close() { stream_->close(); }

 private:
  std::string hear_line() {
    std::size_t end = heard_.find('\n');
    while (end == std::string::npos && open_) {
      run([&] { return read(); });
      end = heard_.find('\n');
    }
    std::string line = heard_.substr(0, end);
    heard_.erase(0, end == std::string::npos ? end : end + 1);
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }

  net::Task<void> connect(std::uint16_t port) {
    Result<net::Stream> stream = co_await net::Stream::connect("127.0.0.1", port, kPatience);
    if (stream) stream_.emplace(std::move(stream).value());
    open_ = stream_.has_value();
  }
  net::Task<void> write(const std::string& bytes) {
    const Status sent = co_await stream_->write_all(bytes, kPatience);
    open_ = open_ && sent.ok();
  }
  net::Task<void> read() {
    const Result<std::size_t> bytes = co_await stream_->read_some(into_, kPatience);
    open_ = bytes.ok();
    if (open_) heard_.append(into_.data(), *bytes);
  }
  net::Task<void> encrypt() {
    net::TlsClientOptions options;
    options.verify = net::TlsVerify::none;
    const auto context = net::TlsContext::client(options);
    const Status done = co_await stream_->start_tls(context.value(), "mail.test", kPatience);
    EXPECT_TRUE(done.ok());
  }

  void run(const std::function<net::Task<void>()>& make) {
    std::promise<void> done;
    loops_.spawn(0, [&] { return run_and_tell(make, done); });
    done.get_future().wait();
  }
  static net::Task<void> run_and_tell(const std::function<net::Task<void>()>& make,
                                      std::promise<void>& done) {
    co_await make();
    done.set_value();
  }

  static constexpr std::chrono::milliseconds kPatience{10'000};
  net::Loops& loops_;
  std::optional<net::Stream> stream_;
  std::vector<char> into_ = std::vector<char>(4096);
  std::string heard_;
  bool open_ = false;
};

/// A server with that handler, started with the first client. Mails up to 100,000 bytes.
class SmtpServerTest : public testing::Test {
 protected:
  SmtpServerTest() {
    options_.name = "mail.test";
    options_.metrics_name = "test";
    options_.max_message_bytes = 100'000;
    client_loops_.start();
    loops_.start();
  }
  ~SmtpServerTest() override {
    keeper_.released = true;
    server_.reset();
    client_loops_.stop();
    loops_.stop();
  }

  void offer_tls(ServerTls tls) {
    options_.tls = tls;
    options_.tls_context =
        net::TlsContext::server({certificate_.certificate_file(), certificate_.key_file()}).value();
  }
  /// Connected and, if the server speaks first, greeted.
  Talker client() {
    if (!server_) start();
    return Talker(client_loops_, port_);
  }
  void start() {
    server_.emplace(loops_, keeper_, options_);
    const auto port = server_->start();
    ASSERT_TRUE(port.ok());
    port_ = *port;
  }
  Talker greeted() {
    Talker talker = client();
    EXPECT_EQ(talker.hear(), "220 mail.test ESMTP");
    EXPECT_EQ(talker.ask("EHLO peer.test").substr(0, 3), "250");
    return talker;
  }
  Talker greeted_under_tls() {
    Talker talker = greeted();
    EXPECT_EQ(talker.ask("STARTTLS"), "220 2.0.0 go ahead");
    talker.start_tls();
    EXPECT_EQ(talker.ask("EHLO peer.test").substr(0, 3), "250");
    return talker;
  }
  /// Begins a mail up to and including DATA.
  static void begin_mail(Talker& talker) {
    EXPECT_EQ(talker.ask("MAIL FROM:<a@sender.test>"), "250 2.0.0 OK");
    EXPECT_EQ(talker.ask("RCPT TO:<b@rcpt.test>"), "250 2.0.0 OK");
    EXPECT_EQ(talker.ask("DATA").substr(0, 4), "354 ");
  }
  /// The answer to a mail of those bytes, sent as they are.
  static std::string send_raw(Talker& talker, const std::string& bytes) {
    begin_mail(talker);
    talker.say(bytes);
    return talker.hear();
  }

  testkit::Certificate certificate_{"mail.test"};
  net::Loops client_loops_{1};
  net::Loops loops_{2};
  Keeper keeper_;
  ServerOptions options_;
  std::optional<Server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace sesame::smtp
