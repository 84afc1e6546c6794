#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace sesame::storage {

/// A piece of SQL that several statements share: `constexpr SqlText kColumns{"id, name"};`.
template <std::size_t N>
struct SqlText {
  consteval SqlText() = default;
  consteval SqlText(const char (&literal)[N]) { std::copy_n(literal, N, bytes); }
  constexpr std::string_view view() const { return {bytes, N - 1}; }

  char bytes[N]{};
};

/// Pieces joined at compile time into one text that lives as long as the program, as Sql::text must:
/// `constexpr Sql kFind{"x.find", sql_join<"SELECT ", kColumns, " FROM x WHERE id = ?1">};`.
template <SqlText... pieces>
class SqlJoin {
  static constexpr std::size_t kSize = (pieces.view().size() + ... + 0);
  static constexpr std::array<char, kSize> kBytes = [] {
    std::array<char, kSize> bytes{};
    auto end = bytes.begin();
    ((end = std::ranges::copy(pieces.view(), end).out), ...);
    return bytes;
  }();

 public:
  static constexpr std::string_view kText{kBytes.data(), kSize};
};

template <SqlText... pieces>
inline constexpr std::string_view sql_join = SqlJoin<pieces...>::kText;

namespace detail {

consteval std::size_t digits_of(std::size_t number) { return number < 10 ? 1 : 1 + digits_of(number / 10); }

/// Bytes of "?1, ?2, ..." for that many columns, and one for the end.
consteval std::size_t size_of_parameters(std::size_t columns) {
  std::size_t size = 1;
  for (std::size_t i = 1; i <= columns; ++i) size += (i == 1 ? 1 : 3) + digits_of(i);
  return size;
}

template <std::size_t columns>
consteval auto make_parameters() {
  SqlText<size_of_parameters(columns)> text;
  char* end = text.bytes;
  for (std::size_t i = 1; i <= columns; ++i) {
    if (i > 1) end = std::copy_n(", ", 2, end);
    *end++ = '?';
    if (i >= 10) *end++ = static_cast<char>('0' + i / 10);
    *end++ = static_cast<char>('0' + i % 10);
  }
  return text;
}

}  // namespace detail

/// The parameters of an INSERT, one for each of the columns, in their order: "?1, ?2, ?3" for "a, b, c".
template <SqlText columns>
inline constexpr auto sql_parameters = [] {
  constexpr std::size_t kColumns = 1 + static_cast<std::size_t>(std::ranges::count(columns.view(), ','));
  static_assert(kColumns < 100);
  return detail::make_parameters<kColumns>();
}();

}  // namespace sesame::storage
