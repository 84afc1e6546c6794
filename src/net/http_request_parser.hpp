#pragma once

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/http_server.hpp"

namespace sesame::net {

struct RequestLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t headers = 128;
  std::uint64_t body_bytes = 10 * 1024 * 1024;
};

/// Reads one request out of bytes that come in pieces: Beast's grammar, straight into an HttpRequest, and
/// beyond it the rules that keep two readers from seeing different requests. Thread: one.
class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  enum class State : std::uint8_t { head, body, done, malformed, head_too_large, too_large, no_room };

  explicit RequestParser(const RequestLimits& limits);

  /// Consumes bytes from the front and returns their number; the rest must come again, with more behind it.
  /// Always stops at the end of the head, so that the caller can answer Expect: 100-continue.
  std::size_t feed(std::string_view bytes);
  /// Ends as malformed, for a reason of the caller's.
  void refuse(std::string_view why);
  /// Refuses the request because the server has no room for it now; the received part of the body is freed.
  void refuse_body();
  /// Lowers the limit of the body: the state becomes too_large when more is announced or was received.
  void limit_body(std::uint64_t bytes);

  State state() const { return state_; }
  /// The reason for people; only when malformed.
  const std::string& why() const { return why_; }
  /// The request: whole once done; with its head only after too_large; with the method and the beginning of
  /// the target only after head_too_large.
  HttpRequest& request() { return request_; }

  /// The following functions may be called only after the end of the head.
  bool expects_continue() const;
  bool wants_keep_alive() const { return keep_alive(); }
  bool is_http_1_0() const { return version_ == 10; }
  /// The announced bytes, or those received so far if they are more.
  std::uint64_t body_bytes() const {
    return std::max<std::uint64_t>(content_length().value_or(0), request_.body.size());
  }

 private:
  using Code = boost::system::error_code;
  using View = boost::beast::string_view;

  void refuse_head(std::string_view bytes);
  void finish_head();
  void check_lengths();
  void take_target();
  void append_body(View bytes, Code& code);

  void on_request_impl(boost::beast::http::verb, View method, View target, int version, Code&) override;
  void on_response_impl(int, View, int, Code&) override {}
  void on_field_impl(boost::beast::http::field, View name, View value, Code& code) override;
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override;
  std::size_t on_body_impl(View bytes, Code& code) override;
  void on_chunk_header_impl(std::uint64_t size, View, Code& code) override;
  std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Code& code) override;
  void on_finish_impl(Code&) override {}

  RequestLimits limits_;
  State state_ = State::head;
  bool began_ = false;
  int version_ = 11;
  std::uint64_t expected_body_bytes_ = 0;  // The value of Content-Length; 0 without one.
  std::string why_;
  HttpRequest request_;
};

}  // namespace sesame::net
