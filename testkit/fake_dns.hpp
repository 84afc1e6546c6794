#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sesame::testkit {

/// A DNS server on a loopback port the kernel chose, over UDP only, that answers by a script.
class FakeDns {
 public:
  struct Reply {
    int code = 0;  // RFC 1035 §4.1.1: 0 no error, 2 server failure, 3 no such name, 5 refused.
    bool recursion_available = true;
    std::vector<std::vector<std::string>> texts;                    // The strings of each record.
    std::vector<std::pair<std::uint16_t, std::string>> mail_hosts;  // Preference and name.
  };
  /// Called on the server's thread with the lower-case name and the type's number; nullopt: no reply.
  using Script = std::function<std::optional<Reply>(const std::string& name, int type)>;

  explicit FakeDns(Script script);
  ~FakeDns();
  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::size_t questions() const { return questions_; }

 private:
  void serve();

  const Script script_;
  int socket_ = -1;
  int end_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> questions_ = 0;
  std::thread thread_;
};

}  // namespace sesame::testkit
