#pragma once

#include <cstdint>
#include <string>

#include "net/http_server.hpp"

namespace sesame::net {

/// The form of a response: the client's HTTP version, and whether the connection stays open.
struct ResponseForm {
  bool keep_alive = true;
  bool http_1_0 = false;
};

/// Whether a response of this status may have a body (RFC 9110 §6.4.1).
bool may_have_body(unsigned status);

/// Appends the status line and the headers with the empty line. A header that would break the framing (line
/// breaks, NUL) is left out and logged: it would be a bug of the handler.
void append_head(std::string& out, const HttpResponse& response, ResponseForm form, std::int64_t now_s);

}  // namespace sesame::net
