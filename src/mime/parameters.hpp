#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sesame::mime {

struct Parameter {
  std::string name;   // Lower case.
  std::string value;  // UTF-8, decoded by RFC 2231 and, since many programs do it, by RFC 2047.
};

/// The value of a Content-Type or Content-Disposition field (RFC 2045 §5.1, RFC 2183).
struct ParameterizedValue {
  std::string value;                  // The text before the first semicolon, lower case, without comments.
  std::vector<Parameter> parameters;  // Each name once.

  /// The value of a parameter; empty when there is none of that name (lower case).
  std::string_view parameter(std::string_view name) const;
};

/// Reads such a field of foreign mail, given raw as in HeaderField::raw. Malformed parts are read as far as
/// possible. Pure. Thread: any.
ParameterizedValue read_parameters(std::string_view raw);

/// A structured value without its comments (RFC 5322 §3.2.2), trimmed.
std::string without_comments(std::string_view value);

/// `; name=value` in the simplest form that carries the value: bare, quoted, or by RFC 2231. The pieces of
/// long values, and values beyond ASCII, begin lines of their own.
void append_parameter(std::string& out, std::string_view name, std::string_view value);

}  // namespace sesame::mime
