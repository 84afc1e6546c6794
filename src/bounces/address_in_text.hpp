#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sesame::bounces {

/// An address and where it stands in a line, with the brackets or quotes around it.
struct AddressAt {
  std::string address;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first address at or behind `from`, as people and machines write it within text of any script. False,
/// and `found` as it was, when there is none. Pure; any thread; meant for lines: its time grows with the
/// number of `@` times the length.
bool find_address(std::string_view line, std::size_t from, AddressAt& found);

}  // namespace sesame::bounces
