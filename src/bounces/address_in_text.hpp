#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sesame::bounces {

/// An address and its place in a line, including the brackets or quotes around it.
struct AddressAt {
  std::string address;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Finds the first address at or after `from`, in text of any script. False, and `found` unchanged, when the
/// line has no address. Meant for lines: its time grows with the number of `@` times the length. Thread: any.
bool find_address(std::string_view line, std::size_t from, AddressAt& found);

}  // namespace sesame::bounces
