#pragma once

#include <array>
#include <string_view>

/// The client's words in place of a reply, where no server said anything. Some go on behind them.
namespace sesame::smtp {

inline constexpr std::string_view kConnectionFailed = "the connection failed";
inline constexpr std::string_view kConnectionClosed = "the connection was closed";
inline constexpr std::string_view kNoAnswer = "no answer in time";
inline constexpr std::string_view kConnectionRefused = "the connection was refused";
inline constexpr std::string_view kSourceUnusable = "our address cannot be used";
inline constexpr std::string_view kNoAddress = "the server's name has no address";
inline constexpr std::string_view kTlsFailed = "TLS failed";
inline constexpr std::string_view kNotAReply = "no SMTP reply";

inline constexpr std::array kFailureTexts{kConnectionFailed,  kConnectionClosed, kNoAnswer,
                                          kConnectionRefused, kSourceUnusable,   kNoAddress,
                                          kTlsFailed,         kNotAReply};

}  // namespace sesame::smtp
