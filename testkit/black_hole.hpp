#pragma once

#include <cstdint>
#include <vector>

namespace sesame::testkit {

/// A port of 127.0.0.1 that answers nothing, as behind a firewall that drops packets: it listens, but its
/// queue is full, so the kernel ignores each further attempt to connect. Thread: any.
class BlackHole {
 public:
  BlackHole();
  ~BlackHole();
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> waiting_;  // Connections that fill the queue.
};

}  // namespace sesame::testkit
