#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"
#include "mime/message.hpp"
#include "mime/read_addresses.hpp"
#include "mime/read_mail.hpp"

namespace {

using sesame::mime::Part;

/// Addresses that were read are addresses, and what is written of a field is clean.
void check(const sesame::mime::HeaderField& field) {
  using namespace sesame::mime;
  if (!sesame::utf8::valid(field.value)) std::abort();
  const std::vector<Mailbox> mailboxes = read_addresses(field.raw, 20);
  if (mailboxes.size() > 20) std::abort();
  for (const Mailbox& one : mailboxes) {
    if (check_address(one.address) != AddressFault::none) std::abort();
    if (!sesame::utf8::valid(one.display_name)) std::abort();
  }
  std::string written;
  append_address_header(written, "To", mailboxes);
  written.clear();
  append_header(written, "Subject", field.value);
  append_structured_header(written, "List-Id", field.value);
  if (!sesame::ascii::is_ascii(written)) std::abort();
}

/// Counts the parts below and checks what is promised about each.
std::size_t check(const Part& part, std::size_t depth) {
  if (depth > 12) std::abort();
  if (!sesame::utf8::valid(part.text) || part.text.find('\0') != part.text.npos) std::abort();
  if (!sesame::utf8::valid(part.file_name)) std::abort();
  for (const sesame::mime::HeaderField& field : part.fields) check(field);
  std::size_t count = 1;
  for (const Part& child : part.parts) count += check(child, depth + 1);
  return count;
}

}  // namespace

// Whatever the bytes: the tree keeps its limits, its texts are UTF-8, and its fields can be written anew.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const sesame::mime::ReadMail mail =
      sesame::mime::read_mail(bytes, {.parts = 40, .depth = 12, .fields = 50});
  if (check(mail.root, 1) != mail.parts || mail.parts > 40) std::abort();
  return 0;
}
