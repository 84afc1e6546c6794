#include "smtp/dialogue.hpp"

#include <string>
#include <utility>

#include "net/errors.hpp"
#include "smtp/errors.hpp"

namespace sesame::smtp {
namespace {

constexpr std::size_t kShownBytes = 200;

}  // namespace

net::Task<Result<Reply>> Dialogue::reply(Timeout timeout) {
  const auto deadline = clock_.steady_now() + timeout;
  while (true) {
    begin_ += parser_.feed(std::string_view(buffer_.data() + begin_, end_ - begin_));
    if (parser_.state() == ReplyParser::State::complete) co_return parser_.take();
    if (parser_.state() == ReplyParser::State::broken) break;
    const auto left = std::chrono::ceil<Timeout>(deadline - clock_.steady_now());
    if (left.count() <= 0) co_return Error(net::errors::kTimeout);
    begin_ = end_ = 0;
    Result<std::size_t> got = co_await stream_.read_some(std::span<char>(buffer_), left);
    if (!got) co_return std::move(got).error();
    end_ = got.value();
  }
  co_return Error(errors::kNotAReply).because(parser_.seen().substr(0, kShownBytes));
}

net::Task<Result<Reply>> Dialogue::ask(std::string_view line, Timeout timeout) {
  Status written = co_await stream_.write_all(line, timeout);
  if (!written) co_return std::move(written).error();
  Result<Reply> answer = co_await reply(timeout);
  co_return answer;
}

}  // namespace sesame::smtp
