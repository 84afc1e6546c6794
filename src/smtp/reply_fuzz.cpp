// Whatever a server says, in whatever pieces: the parser stays within its limits and what it hands on is
// clean.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "smtp/capabilities.hpp"
#include "smtp/reply.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using namespace sesame::smtp;
  const std::size_t step = data[0] % 64 + 1;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ReplyParser parser;
  while (!bytes.empty() && parser.state() == ReplyParser::State::more) {
    const std::string_view part = bytes.substr(0, step);
    const std::size_t used = parser.feed(part);
    check(used > 0 && used <= part.size());
    bytes.remove_prefix(used);
    check(parser.seen().size() <= kReplyLineBytesMax);
    if (parser.state() != ReplyParser::State::complete) continue;
    const Reply reply = parser.take();
    check(reply.code >= 200 && reply.code <= 599);
    check(reply.text.size() <= kReplyBytesMax);
    check(reply.enhanced.empty() || reply.enhanced[0] == static_cast<char>('0' + reply.kind()));
    const ServerLimits limits = parse_capabilities(reply.text).limits;
    for (const auto& limit : {limits.mails, limits.recipients, limits.recipient_domains})
      check(!limit || (*limit >= 1 && *limit <= 999'999));
    const std::string shown = displayable(reply.text, 100);
    check(shown.size() <= 100);
    for (const char c : shown) check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
  return 0;
}
