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

/// A DNS server on a loopback port the kernel chose, over UDP and TCP, that answers by a script.
class FakeDns {
 public:
  /// One record as it goes over the wire. Its owner is the name of the question when `name` is empty.
  struct Record {
    std::string name;
    int type = 0;
    std::string data;
    std::uint32_t ttl_s = 60;
  };
  struct Reply {
    int code = 0;  // RFC 1035 §4.1.1: 0 no error, 2 server failure, 3 no such name, 5 refused.
    bool recursion_available = true;
    std::vector<std::vector<std::string>> texts;                    // The strings of each record.
    std::vector<std::pair<std::uint16_t, std::string>> mail_hosts;  // Preference and name.
    std::vector<Record> records;                                    // Behind the texts and the hosts.
    bool authoritative = false;
    bool authentic = false;  // The AD bit.
    bool truncated = false;  // Over UDP: the records are left out.
    std::vector<Record> authority = {};
    std::string raw = {};  // The whole message behind the number of the question, instead of all others.
  };
  /// Called on the server's thread with the lower-case name and the type's number; nullopt: no reply.
  using Script = std::function<std::optional<Reply>(const std::string& name, int type)>;

  explicit FakeDns(Script script);
  ~FakeDns();
  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::size_t questions() const { return questions_; }  // Over TCP, too.
  std::size_t tcp_questions() const { return tcp_questions_; }
  /// Whether the last question asked for the AD bit (RFC 6840 §5.7).
  bool asked_for_authentic() const { return asked_for_authentic_; }

  /// Records to put into a reply. The address in digits: an A or AAAA record.
  static Record address_record(const std::string& name, const std::string& address, std::uint32_t ttl_s = 60);
  static Record alias_record(const std::string& name, const std::string& target, std::uint32_t ttl_s = 60);
  static Record mail_record(const std::string& name, unsigned preference, const std::string& host,
                            std::uint32_t ttl_s = 60);
  static Record soa_record(const std::string& zone, std::uint32_t ttl_s, std::uint32_t minimum_s);
  /// A name as the data of a record of `type`: NS, CNAME or PTR.
  static Record name_record(const std::string& name, int type, const std::string& target);

 private:
  void serve();
  void serve_packet();
  bool serve_stream(int stream);
  std::string answer_to(const std::string& question, bool tcp);

  const Script script_;
  int socket_ = -1;
  int listener_ = -1;
  int end_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> streams_;  // Only on thread_.
  std::atomic<std::size_t> questions_ = 0;
  std::atomic<std::size_t> tcp_questions_ = 0;
  std::atomic<bool> asked_for_authentic_ = false;
  std::thread thread_;
};

}  // namespace sesame::testkit
