#include "testkit/tcp_peer.hpp"

#include <algorithm>

namespace sesame::testkit {

namespace {

bool fits(std::string_view expected, std::string_view line) {
  if (!expected.ends_with('*')) return expected == line;
  return line.starts_with(expected.substr(0, expected.size() - 1));
}

/// Plays one line; "" when it went as written.
std::string play_line(TcpPeer& peer, std::string_view step) {
  const std::string_view text = step.substr(step.size() < 3 ? 2 : 3);
  if (step.starts_with("->")) {
    const std::string line = peer.read_line();
    return fits(text, line) ? "" : "expected \"" + std::string(text) + "\", the client sent \"" + line + "\"";
  }
  if (text == "!close") return peer.close(), "";
  if (text == "!reset") return peer.reset(), "";
  if (text == "!silence") return peer.read_to_end(), "";
  return peer.send(std::string(text) + "\r\n") ? ""
                                               : "the client was gone before \"" + std::string(text) + "\"";
}

}  // namespace

std::string play_server(TcpPeer& peer, std::string_view transcript) {
  while (!transcript.empty()) {
    const std::size_t end = transcript.find('\n');
    std::string_view step = transcript.substr(0, end);
    transcript.remove_prefix(end == std::string_view::npos ? transcript.size() : end + 1);
    step.remove_prefix(std::min(step.find_first_not_of(' '), step.size()));
    if (step.empty()) continue;
    if (!step.starts_with("->") && !step.starts_with("<-")) return "not a step: " + std::string(step);
    std::string difference = play_line(peer, step);
    if (!difference.empty()) return difference;
  }
  return "";
}

}  // namespace sesame::testkit
