// Never linked: three expressions that g++ 12 miscompiles. tests/static_checks.py must notice all of them.
#include <string>

#include "net/task.hpp"

namespace {

using sesame::net::Task;

struct Letter {
  std::string text;
};

Task<int> post(Letter letter) { co_return static_cast<int>(letter.text.size()); }

template <class Function>
Task<int> call(Function function) {
  co_return function();
}

}  // namespace

Task<int> lint_canary(bool which, std::string text) {
  int sum = co_await post({text});
  sum += co_await call([text] { return static_cast<int>(text.size()); });
  sum += which ? co_await post(Letter{text}) : 0;
  co_return sum;
}
