#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "mime/headers.hpp"
#include "mime/message.hpp"

// Whatever the message: what is shown is printable UTF-8, and writing it again gives the same to read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sesame::mime;
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const MessageView view = split_message(message);
  if (view.header.size() + view.body.size() > size) std::abort();
  const auto subject = decoded_header(message, "Subject");
  if (!subject) return 0;
  if (!sesame::utf8::valid(*subject)) std::abort();
  for (const char c : *subject) {
    if ((c >= 0 && c < ' ') || c == 0x7f) std::abort();
  }
  const std::size_t start = std::min(subject->find_first_not_of(' '), subject->size());
  const std::string trimmed = subject->substr(start, subject->find_last_not_of(' ') + 1 - start);
  std::string again;
  append_header(again, "Subject", *subject);
  if (decoded_header(again, "Subject") != trimmed) std::abort();
  return 0;
}
