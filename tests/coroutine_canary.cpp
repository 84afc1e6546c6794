// Never linked: three expressions that g++ 12 miscompiles, and a fourth in the header.
// tests/static_checks.py must notice all of them.
#include "coroutine_canary.hpp"

namespace {

using sesame::net::Task;

template <class Function>
Task<int> call(Function function) {
  co_return function();
}

}  // namespace

Task<int> lint_canary(bool which, std::string text) {
  int sum = co_await post_canary({text});
  sum += co_await call([text] { return static_cast<int>(text.size()); });
  sum += which ? co_await post_canary(CanaryLetter{text}) : 0;
  sum += co_await lint_header_canary(std::move(text));
  co_return sum;
}
