// Never linked: an expression of a header that g++ 12 miscompiles, as templates of coroutines are in headers.
#pragma once

#include <string>
#include <utility>

#include "net/task.hpp"

struct CanaryLetter {
  std::string text;
};

inline sesame::net::Task<int> post_canary(CanaryLetter letter) {
  co_return static_cast<int>(letter.text.size());
}

template <class Text>
sesame::net::Task<int> lint_header_canary(Text text) {
  const int sum = co_await post_canary({std::move(text)});
  co_return sum;
}
