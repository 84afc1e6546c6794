#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/host_port.hpp"
#include "base/result.hpp"
#include "dns/server_answer.hpp"

namespace sesame::dns {

/// One question to one server.
struct ServerQuery {
  std::optional<HostPort>
      server;  // The address in digits. nullopt: the resolver, which looks further for us.
  std::string name;
  RecordType type = RecordType::txt;
  std::chrono::milliseconds deadline{3000};  // Afterwards the answer is errors::kNoAnswer.
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
