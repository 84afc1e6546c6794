#pragma once

#include "base/error.hpp"

namespace sesame::smtp::errors {

// A server sent something other than an SMTP reply; the cause begins with what it sent.
inline constexpr ErrorName kNotAReply{"smtp.not_a_reply", Fault::temporary};
// The argument of MAIL or RCPT has no path of RFC 5321 §4.1.2.
inline constexpr ErrorName kPathMalformed{"smtp.path_malformed", Fault::input};
// MAIL or RCPT has a parameter that this server does not offer. Facts: value.
inline constexpr ErrorName kParameterUnknown{"smtp.parameter_unknown", Fault::input};
// A parameter of MAIL or RCPT has no value that it may have. Facts: value.
inline constexpr ErrorName kParameterMalformed{"smtp.parameter_malformed", Fault::input};
// The data of AUTH PLAIN are not an identity, a user and a password.
inline constexpr ErrorName kLoginMalformed{"smtp.login_malformed", Fault::input};

}  // namespace sesame::smtp::errors
