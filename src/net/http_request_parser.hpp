#pragma once

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
/// beyond it the rules that keep two readers from seeing different requests. Not for several threads.
class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  enum class State : std::uint8_t { head, body, done, malformed, too_large, no_room };

  explicit RequestParser(const RequestLimits& limits);

  /// Takes what it can from the front and returns how much that was; the rest must come again, with more
  /// behind it. Always stops at the end of the head, so that the caller can answer Expect: 100-continue.
  std::size_t feed(std::string_view bytes);
  /// Gives up for a reason of the caller's.
  void refuse(std::string_view why);
  /// Gives up because the server has no room for the body now; what came of it is freed.
  void refuse_body();

  State state() const { return state_; }
  /// After malformed: a text for a person.
  const std::string& why() const { return why_; }
  /// Whole once done; after too_large its head is.
  HttpRequest& request() { return request_; }

  /// From here on: only once the head is over.
  bool expects_continue() const;
  bool wants_keep_alive() const { return keep_alive(); }
  bool is_http_1_0() const { return version_ == 10; }

 private:
  using Code = boost::system::error_code;
  using View = boost::beast::string_view;

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

  const RequestLimits limits_;
  State state_ = State::head;
  bool began_ = false;
  int version_ = 11;
  std::uint64_t expected_body_bytes_ = 0;  // What Content-Length promised; 0 when it did not.
  std::string why_;
  HttpRequest request_;
};

}  // namespace sesame::net
