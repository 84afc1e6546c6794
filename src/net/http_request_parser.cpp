#include "net/http_request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "base/ascii.hpp"

namespace sesame::net {

namespace http = boost::beast::http;

namespace {

// Memory follows the received bytes, not the announced ones: announcing many costs a client nothing.
constexpr std::uint64_t kFirstBodyBytes = 64 * 1024;
constexpr std::size_t kLastChunkBytes = 5;  // "0", two line ends
constexpr std::size_t kUsualHeaders = 16;
constexpr std::size_t kShownTargetBytes = 4 * 1024;  // Enough for the path, and mostly the language.

}  // namespace

RequestParser::RequestParser(const RequestLimits& limits) : limits_(limits) {
  header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  body_limit(boost::none);  // Checked in this file, where the refusal still has the head.
}

void RequestParser::refuse(std::string_view why) {
  state_ = State::malformed;
  why_ = why;
}

void RequestParser::refuse_body() {
  state_ = State::no_room;
  request_.body = std::string();
}

void RequestParser::limit_body(std::uint64_t bytes) {
  limits_.body_bytes = std::min(limits_.body_bytes, bytes);
  if (body_bytes() <= limits_.body_bytes) return;
  state_ = State::too_large;
  request_.body = std::string();
}

void RequestParser::refuse_head(std::string_view bytes) {
  if (request_.method.empty()) {
    // Beast has not read the request line: that is what is too long.
    const std::size_t method_end = bytes.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (method_end == 0 || method_end == std::string_view::npos || bytes[method_end] != ' ')
      return refuse("the request line is too long");
    const std::string_view rest = bytes.substr(method_end + 1, kShownTargetBytes);
    request_.method = bytes.substr(0, method_end);
    request_.target = rest.substr(0, rest.find_first_of(" \r\n"));
  }
  take_target();
  if (state_ == State::head) state_ = State::head_too_large;
}

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t taken = 0;
  if (!began_) {
    // RFC 9112 §2.2: a server should ignore an empty line before the request line. Only one, and not half of
    // it.
    if (bytes.empty() || bytes == "\r") return 0;
    if (bytes.starts_with("\r\n")) taken = 2;
    bytes.remove_prefix(taken);
    began_ = true;
  }
  if (bytes.empty() || (state_ != State::head && state_ != State::body)) return taken;
  // Beast asserts that it does not see the last chunk in smaller pieces; every chunked body ends in
  // kLastChunkBytes bytes.
  if (state_ == State::body && chunked() && bytes.size() < kLastChunkBytes) return taken;

  Code code;
  taken += put(boost::asio::const_buffer(bytes.data(), bytes.size()), code);
  if (code == http::error::need_more) return taken;
  if (code == http::error::header_limit && state_ == State::head) {
    refuse_head(bytes);
  } else if (code == http::error::body_limit) {
    state_ = State::too_large;
  } else if (code && state_ != State::malformed) {
    refuse(code.message());
  } else if (!code && state_ == State::head && is_header_done()) {
    finish_head();
  } else if (!code && is_done()) {
    state_ = State::done;
  }
  return taken;
}

void RequestParser::finish_head() {
  // RFC 9112 §3.2: exactly one Host in HTTP/1.1. Its value is not looked at: some clients put a whole URL
  // there.
  const auto hosts = std::ranges::count_if(
      request_.headers, [](const HttpHeader& header) { return ascii::iequals(header.name, "Host"); });
  if (hosts > 1 || (hosts == 0 && version_ == 11)) return refuse("one Host header is needed");
  take_target();
  check_lengths();
  if (state_ != State::head) return;
  if (content_length().value_or(0) > limits_.body_bytes) {
    state_ = State::too_large;
    return;
  }
  eager(true);
  state_ = is_done() ? State::done : State::body;
}

void RequestParser::take_target() {
  std::string& target = request_.target;
  // RFC 9112 §3.2.2: a server must accept the absolute form.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!ascii::istarts_with(target, scheme)) continue;
    target.erase(0, std::min(target.find_first_of("/?", scheme.size()), target.size()));
    if (!target.starts_with('/')) target.insert(0, 1, '/');
  }
  if (!target.starts_with('/') && target != "*") refuse("the request target is not a path");
}

// RFC 9112 §6.1 and §6.3: two lengths, or a length beside a transfer coding, are how requests are smuggled
// past a proxy that reads the other one.
void RequestParser::check_lengths() {
  if (request_.has_duplicate("Content-Length")) return refuse("several Content-Length headers");
  // RFC 9110 §8.6 lets a list of equal lengths pass; a reader that takes the first part would still be
  // fooled.
  if (!std::ranges::all_of(request_.header("Content-Length"), ascii::is_digit))
    return refuse("bad Content-Length");
  if (!request_.has_header("Transfer-Encoding")) return;
  if (request_.has_header("Content-Length")) return refuse("both Content-Length and Transfer-Encoding");
  if (request_.has_duplicate("Transfer-Encoding")) return refuse("several Transfer-Encoding headers");
  if (version_ == 10) return refuse("Transfer-Encoding in HTTP/1.0");
  if (!ascii::iequals(request_.header("Transfer-Encoding"), "chunked")) refuse("unknown transfer coding");
}

bool RequestParser::expects_continue() const {
  // RFC 9110 §10.1.1: to be ignored in HTTP/1.0.
  return version_ == 11 && ascii::iequals(request_.header("Expect"), "100-continue");
}

void RequestParser::on_request_impl(http::verb, View method, View target, int version, Code&) {
  request_.method.assign(method.data(), method.size());
  request_.target.assign(target.data(), target.size());
  request_.headers.reserve(kUsualHeaders);
  version_ = version;
}

void RequestParser::on_field_impl(http::field, View name, View value, Code& code) {
  if (state_ != State::head)
    return;  // RFC 9112 §7.1.2: a trailer field may be discarded, and must not be merged.
  if (request_.headers.size() >= limits_.headers) {
    refuse("too many headers");
    code = http::error::header_limit;
    return;
  }
  HttpHeader& header = request_.headers.emplace_back();
  header.name.assign(name.data(), name.size());
  header.value.assign(value.data(), value.size());
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) {
  expected_body_bytes_ = length.value_or(0);
  request_.body.reserve(static_cast<std::size_t>(std::min(expected_body_bytes_, kFirstBodyBytes)));
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, View, Code& code) {
  // A chunk above the limit is refused before it arrives.
  if (size > limits_.body_bytes - request_.body.size()) code = http::error::body_limit;
}

void RequestParser::append_body(View bytes, Code& code) {
  std::string& body = request_.body;
  const std::size_t needed = body.size() + bytes.size();
  if (needed > limits_.body_bytes) {
    code = http::error::body_limit;
    return;
  }
  if (needed > body.capacity() && expected_body_bytes_ >= needed) {
    body.reserve(std::min<std::size_t>(expected_body_bytes_, std::max(needed, body.capacity() * 2)));
  }
  body.append(bytes.data(), bytes.size());
}

std::size_t RequestParser::on_body_impl(View bytes, Code& code) {
  append_body(bytes, code);
  return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View bytes, Code& code) {
  append_body(bytes, code);
  return bytes.size();
}

}  // namespace sesame::net
