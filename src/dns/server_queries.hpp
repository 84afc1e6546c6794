#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/host_port.hpp"
#include "base/result.hpp"

namespace sesame::dns {

/// The types of records that are asked for (RFC 1035 §3.2.2, RFC 3596 §2.1).
enum class RecordType : std::uint16_t { a = 1, ns = 2, cname = 5, mx = 15, txt = 16, aaaa = 28 };

/// One question to one server.
struct ServerQuery {
  std::optional<HostPort>
      server;  // The address in digits. nullopt: the resolver, which looks further for us.
  std::string name;
  RecordType type = RecordType::txt;
  std::chrono::milliseconds deadline{3000};  // Afterwards the answer is errors::kNoAnswer.
};

/// A record of an answer. Names in lower case, without the last dot.
struct AnswerRecord {
  std::string name;
  std::uint16_t type = 0;
  std::string value;  // The address in digits, the name, or the strings of a TXT record joined: any bytes.
  std::uint16_t preference = 0;  // MX.
};

/// A server's answer, whatever it says.
struct ServerAnswer {
  unsigned code = 0;           // RFC 1035 §4.1.1: 0 no error, 2 server failure, 3 no such name, 5 refused.
  bool authoritative = false;  // The server has the zone.
  bool resolves = false;       // The server looks further for others.
  std::vector<AnswerRecord> records;  // The answer section's, also those of other names and types.
};

/// Asks servers one by one and tells what each says, for people who mend their zone. Returns at once. An
/// answer is called once, from a thread of its own or, when the question is refused, from the caller's; it
/// must be quick and must not throw. Errors: errors::kNoAnswer (the deadline passed, or the message cannot be
/// read), errors::kOverloaded (too many questions are open), errors::kStopped. Thread: any.
class ServerQueries {
 public:
  using Answer = std::function<void(Result<ServerAnswer>)>;
  virtual ~ServerQueries() = default;
  virtual void ask(ServerQuery query, Answer answer) = 0;
};

}  // namespace sesame::dns
