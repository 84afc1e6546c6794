#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::bench {

/// Drives an HTTP/1.1 server over kept-open connections to 127.0.0.1, each sending its next request as soon
/// as the last one is answered. Exits the program with a message when anything is not as expected.
/// Thread: one.
struct Exchange {
  unsigned short port = 0;
  std::size_t connections = 1;
  /// The next request's bytes (they must live until answered); empty at the end.
  std::function<std::string_view()> next;
};

struct Measured {
  double seconds = 0;  // From the first byte sent until the last answer; connecting is not counted.
  std::size_t answers = 0;
  std::size_t answer_bytes = 0;  // Head and body of the last answer.
  std::size_t body_bytes = 0;
  std::vector<double> latencies;  // Seconds, in order of arrival.
};

/// An answer counts when its status is 200 and no `"Error"` is in it.
Measured drive(const Exchange& exchange);

/// The time of a steady clock in seconds.
double steady_seconds();

}  // namespace sesame::bench
