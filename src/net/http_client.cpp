#include "net/http_client.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <optional>

#include "base/ascii.hpp"
#include "net/errors.hpp"
#include "net/stream.hpp"

namespace sesame::net {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using AnswerParser = http::response_parser<http::string_body>;

namespace {

constexpr std::uint64_t kMaxAnswerBytes = 64 * 1024 * 1024;
constexpr std::uint32_t kMaxAnswerHeaderBytes = 64 * 1024;
constexpr std::size_t kReadBytes = 64 * 1024;

bool has_header(const HttpHeaders& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& header) { return ascii::iequals(header.first, name); });
}

std::string request_head(const HttpTarget& target, std::string_view method, std::string_view path,
                         const HttpHeaders& headers, std::size_t body_bytes) {
  std::string head;
  head.append(method).append(" ").append(path).append(" HTTP/1.1\r\n");
  if (!has_header(headers, "Host")) head.append("Host: ").append(target.host_header()).append("\r\n");
  for (const auto& [name, value] : headers) head.append(name).append(": ").append(value).append("\r\n");
  const bool length_needed = body_bytes > 0 || (method != "GET" && method != "HEAD");
  if (length_needed && !has_header(headers, "Content-Length")) {
    head.append("Content-Length: ").append(std::to_string(body_bytes)).append("\r\n");
  }
  return head.append("\r\n");
}

HttpAnswer take_answer(AnswerParser& parser) {
  HttpAnswer answer;
  auto& message = parser.get();
  answer.status = message.result_int();
  for (const auto& field : message) answer.headers.emplace_back(field.name_string(), field.value());
  answer.body = std::move(message.body());
  return answer;
}

Error bad_answer(std::string cause) { return Error(errors::kBadAnswer).because(std::move(cause)); }

}  // namespace

struct HttpClient::Parts {
  struct Exchange {
    std::string head;
    std::string_view body;
    bool head_only = false;
    Deadline deadline;
    bool answer_began = false;
  };

  Task<Result<HttpAnswer>> exchange(Exchange& request);
  Task<Status> open(Deadline deadline);
  Task<Result<HttpAnswer>> read_answer(Exchange& exchange);
  /// Feeds the parser until it wants more from the network ("" then), or is done or fails.
  Status feed(AnswerParser& parser);
  Task<void> keep_result(Exchange& request, std::optional<Result<HttpAnswer>>& result);
  Result<HttpAnswer> run(Exchange& request);

  HttpTarget target;
  std::optional<TlsContext> tls;
  asio::io_context context{1};
  std::optional<Stream> stream;  // Destroyed before the context that it uses.
  std::string unread;            // Received, not parsed yet.
};

Task<Status> HttpClient::Parts::open(Deadline deadline) {
  unread.clear();
  // Before connecting: reading the system's authorities can take longer than a server waits.
  if (target.https && !tls) {
    TlsClientOptions options;
    options.ca_file = target.ca_file;
    if (!target.verified) options.verify = TlsVerify::none;
    Result<TlsContext> made = TlsContext::client(options);
    if (!made) co_return made.error();
    tls = *made;
  }
  Result<Stream> connected = co_await Stream::connect(target.host, target.port, deadline);
  if (!connected) co_return connected.error();
  stream.emplace(std::move(connected).value());
  if (!target.https) co_return Done();
  co_return co_await stream->start_tls(*tls, target.host, deadline);
}

Status HttpClient::Parts::feed(AnswerParser& parser) {
  while (!unread.empty() && !parser.is_done()) {
    error_code code;
    const std::size_t taken = parser.put(asio::buffer(unread), code);
    unread.erase(0, taken);
    if (code == http::error::need_more) return Done();
    if (code) return bad_answer(code.message());
  }
  return Done();
}

Task<Result<HttpAnswer>> HttpClient::Parts::read_answer(Exchange& exchange) {
  std::optional<AnswerParser> parser;
  std::vector<char> chunk(kReadBytes);
  for (;;) {
    if (!parser) {
      parser.emplace();
      parser->eager(true);
      parser->skip(exchange.head_only);
      parser->body_limit(kMaxAnswerBytes);
      parser->header_limit(kMaxAnswerHeaderBytes);
    }
    const Status fed = feed(*parser);
    if (!fed) co_return fed.error();
    if (parser->is_done()) {
      // RFC 9110 §15.2: interim answers come before the final one.
      if (parser->get().result_int() / 100 != 1) break;
      parser.reset();
      continue;
    }
    const Result<std::size_t> read = co_await stream->read_some(chunk, exchange.deadline);
    if (!read) {
      error_code code;
      if (read.error().is(errors::kClosed) && parser->got_some()) parser->put_eof(code);
      if (!parser->is_done()) co_return read.error();
      break;
    }
    exchange.answer_began = true;
    unread.append(chunk.data(), *read);
  }
  if (!parser->keep_alive()) stream->close();
  co_return take_answer(*parser);
}

Task<Result<HttpAnswer>> HttpClient::Parts::exchange(Exchange& request) {
  const bool kept = stream && stream->is_open() && !stream->readable_now();
  if (!kept) {
    const Status opened = co_await open(request.deadline);
    if (!opened) co_return opened.error();
  }
  std::vector<std::string_view> pieces;
  pieces.push_back(request.head);
  pieces.push_back(request.body);
  const Status sent = co_await stream->write_all(std::move(pieces), request.deadline);
  // A server may answer and close before it has read everything; but a failed stream can't be read.
  std::optional<Result<HttpAnswer>> answer;
  if (sent) {
    answer = co_await read_answer(request);
  } else {
    answer = sent.error();
  }
  if (*answer) co_return std::move(*answer);
  stream->close();
  if (kept && !request.answer_began && answer->error().is(errors::kClosed)) {
    co_return co_await exchange(request);
  }
  co_return std::move(*answer);
}

Task<void> HttpClient::Parts::keep_result(Exchange& request, std::optional<Result<HttpAnswer>>& result) {
  result = co_await exchange(request);
}

Result<HttpAnswer> HttpClient::Parts::run(Exchange& request) {
  std::optional<Result<HttpAnswer>> result;
  std::exception_ptr thrown;
  bool done = false;
  asio::co_spawn(context, keep_result(request, result), [&](std::exception_ptr escaped) {
    thrown = std::move(escaped);
    done = true;
  });
  context.restart();
  while (!done) context.run_one();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*result);
}

HttpClient::HttpClient(HttpTarget target) : parts_(std::make_unique<Parts>()) {
  parts_->target = std::move(target);
}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<HttpAnswer> HttpClient::request(std::string_view method, std::string_view path,
                                       const HttpHeaders& headers, std::string_view body,
                                       std::chrono::milliseconds timeout) {
  Parts::Exchange exchange{.head = request_head(parts_->target, method, path, headers, body.size()),
                           .body = body,
                           .head_only = method == "HEAD",
                           .deadline = Deadline(timeout)};
  return parts_->run(exchange);
}

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (ascii::iequals(header, name)) return value;
  }
  return "";
}

Result<HttpAnswer> http_post(const HttpTarget& target, const HttpHeaders& headers, std::string_view body,
                             std::chrono::milliseconds timeout) {
  HttpClient client(target);
  return client.request("POST", target.path, headers, body, timeout);
}

Result<HttpAnswer> http_get(const HttpTarget& target, const HttpHeaders& headers,
                            std::chrono::milliseconds timeout) {
  HttpClient client(target);
  return client.request("GET", target.path, headers, "", timeout);
}

}  // namespace sesame::net
