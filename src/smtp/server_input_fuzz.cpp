// Whatever a client sends, in whatever pieces: the server reads the same, within its limits, and no CR or LF
// gets through that is not a line's end.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "smtp/body_reader.hpp"
#include "smtp/dot_stuffing.hpp"
#include "smtp/input_line.hpp"
#include "smtp/server_command.hpp"

namespace {

using namespace sesame::smtp;

void check(bool holds) {
  if (!holds) std::abort();
}

constexpr std::size_t kBytesMax = 3000;
constexpr std::size_t kLineBytesMax = 200;

struct Body {
  BodyReader::State state;
  bool too_large;
  bool has_long_line;
  std::string bytes;
  std::uint64_t taken;
};

Body read_body(std::string_view bytes, std::size_t step) {
  BodyReader reader(kBytesMax, kLineBytesMax);
  std::string pending;
  while (reader.state() == BodyReader::State::more && !bytes.empty()) {
    pending += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    pending.erase(0, reader.feed(pending));
    check(reader.state() != BodyReader::State::more || pending.size() <= kLineBytesMax);
    check(reader.bytes().size() <= kBytesMax);
  }
  return {reader.state(), reader.too_large(), reader.has_long_line(), reader.bytes(), reader.taken()};
}

/// The end of the mail, found in the simplest way; npos when it is not in these bytes.
std::size_t end_of_mail(std::string_view bytes) {
  if (bytes.starts_with(".\r\n")) return 3;
  const std::size_t found = bytes.find("\r\n.\r\n");
  return found == std::string_view::npos ? found : found + 5;
}

void check_command(std::string_view line) {
  const Command command = read_command(line);
  check(command.argument.size() <= line.size());
  const auto from = read_mail_path(command.argument);
  const auto to = read_rcpt_path(command.argument);
  for (const auto* path : {&from, &to}) {
    if (!*path) continue;
    const std::string& mailbox = path->value().mailbox;
    check(mailbox.size() <= 320 && mailbox.find(' ') == std::string::npos);
    for (const char c : mailbox) check(static_cast<unsigned char>(c) > ' ' && c != 0x7f);
  }
  const auto login = read_plain_login(line);
  if (login) check(!login.value().user.empty() && !login.value().password.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] % 64 + 1;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Body whole = read_body(bytes, bytes.size() + 1);
  const Body pieces = read_body(bytes, step);
  check(whole.state == pieces.state && whole.bytes == pieces.bytes);
  check(whole.too_large == pieces.too_large && whole.has_long_line == pieces.has_long_line);
  if (whole.state == BodyReader::State::complete) {
    check(whole.taken == end_of_mail(bytes));
    check(whole.bytes.find("\r\n.\r\n") == std::string::npos ||
          bytes.find("\r\n..\r\n") != std::string::npos);
    std::string_view left = whole.bytes;
    while (!left.empty()) {
      const InputLine line = read_line(left, kLineBytesMax);
      check(line.state == LineState::complete);
      left.remove_prefix(line.bytes);
    }
  }
  std::string_view rest = bytes;
  for (InputLine line = read_line(rest, kLineBytesMax); line.state == LineState::complete;
       line = read_line(rest, kLineBytesMax)) {
    check_command(line.text);
    rest.remove_prefix(line.bytes);
  }
  return 0;
}
