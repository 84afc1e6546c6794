#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "mime/read_mail.hpp"

namespace {

using sesame::mime::Part;

/// Counts the parts below and checks what is promised about each.
std::size_t check(const Part& part, std::size_t depth) {
  if (depth > 12) std::abort();
  if (!sesame::utf8::valid(part.text) || part.text.find('\0') != part.text.npos) std::abort();
  if (!sesame::utf8::valid(part.file_name)) std::abort();
  for (const sesame::mime::HeaderField& field : part.fields) {
    if (!sesame::utf8::valid(field.value)) std::abort();
  }
  std::size_t count = 1;
  for (const Part& child : part.parts) count += check(child, depth + 1);
  return count;
}

}  // namespace

// Whatever the bytes: the tree keeps its limits and its texts are UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const sesame::mime::ReadMail mail =
      sesame::mime::read_mail(bytes, {.parts = 40, .depth = 12, .fields = 50});
  if (check(mail.root, 1) != mail.parts || mail.parts > 40) std::abort();
  return 0;
}
