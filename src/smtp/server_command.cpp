#include "smtp/server_command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "smtp/errors.hpp"

namespace sesame::smtp {
namespace {

constexpr std::size_t kMailboxBytesMax = 320;  // RFC 5321 §4.5.3.1: 64 before the "@", 255 behind it.

constexpr std::array<std::pair<std::string_view, Verb>, 19> kVerbs{{
    {"HELO", Verb::helo},
    {"EHLO", Verb::ehlo},
    {"MAIL", Verb::mail},
    {"RCPT", Verb::rcpt},
    {"DATA", Verb::data},
    {"RSET", Verb::rset},
    {"NOOP", Verb::noop},
    {"QUIT", Verb::quit},
    {"VRFY", Verb::vrfy},
    {"STARTTLS", Verb::starttls},
    {"AUTH", Verb::auth},
    {"EXPN", Verb::known_elsewhere},
    {"HELP", Verb::known_elsewhere},
    {"BDAT", Verb::known_elsewhere},
    {"ETRN", Verb::known_elsewhere},
    {"TURN", Verb::known_elsewhere},
    {"GET", Verb::foreign},
    {"POST", Verb::foreign},
    {"CONNECT", Verb::foreign},
}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; });
}

Error malformed_path() { return Error(errors::kPathMalformed); }

/// The position of the ">" that ends the path; a quoted local part may contain one (RFC 5321 §4.1.2).
std::size_t end_of_path(std::string_view path) {
  bool quoted = false;
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (quoted && path[i] == '\\') {
      ++i;
    } else if (path[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && path[i] == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

Result<std::string_view> take_path(std::string_view& rest, std::string_view keyword) {
  if (!ascii::istarts_with(rest, keyword)) return malformed_path();
  // RFC 5321 §3.3 allows no blank behind the colon, many clients send one.
  rest = trimmed(rest.substr(keyword.size()));
  if (!rest.starts_with('<')) return malformed_path();
  const std::size_t end = end_of_path(rest);
  if (end == std::string_view::npos) return malformed_path();
  const std::string_view mailbox = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (!rest.empty() && rest.front() != ' ') return malformed_path();
  // A source route ("@a,@b:c@d") would let another server decide about the path of a mail.
  const bool routed = mailbox.starts_with('@');
  if (routed || mailbox.size() > kMailboxBytesMax || !is_printable(mailbox)) return malformed_path();
  return mailbox;
}

Error bad_parameter(const ErrorName& name, std::string_view parameter) {
  return Error(name).with("value", std::string(parameter));
}

Status read_mail_parameter(std::string_view parameter, Path& path) {
  const std::size_t equals = parameter.find('=');
  const std::string_view name = parameter.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
  if (ascii::iequals(name, "SIZE")) {
    std::uint64_t size = 0;
    const auto end = value.data() + value.size();
    const auto read = std::from_chars(value.data(), end, size);
    if (read.ec != std::errc() || read.ptr != end)
      return bad_parameter(errors::kParameterMalformed, parameter);
    path.size = size;
  } else if (ascii::iequals(name, "BODY")) {
    if (!ascii::iequals(value, "7BIT") && !ascii::iequals(value, "8BITMIME"))
      return bad_parameter(errors::kParameterMalformed, parameter);
  } else if (ascii::iequals(parameter, "SMTPUTF8")) {
    path.smtputf8 = true;
  } else if (!ascii::iequals(name, "AUTH")) {  // RFC 4954 §5: the original author of the mail; ignored.
    return bad_parameter(errors::kParameterUnknown, parameter);
  }
  return Done();
}

/// Calls `read` for each of the blank-separated parameters.
template <class Read>
Status each_parameter(std::string_view rest, const Read& read) {
  for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
    const std::string_view parameter = rest.substr(0, rest.find(' '));
    if (!is_printable(parameter)) return bad_parameter(errors::kParameterMalformed, "");
    if (Status status = read(parameter); !status) return status;
    rest.remove_prefix(parameter.size());
  }
  return Done();
}

}  // namespace

Command read_command(std::string_view line) {
  line = trimmed(line);
  Command command;
  const std::string_view word = line.substr(0, line.find(' '));
  for (const auto& [name, verb] : kVerbs) {
    if (ascii::iequals(word, name)) command.verb = verb;
  }
  if (command.verb == Verb::unknown) return command;
  command.argument = trimmed(line.substr(word.size()));
  return command;
}

Result<Path> read_mail_path(std::string_view argument) {
  const Result<std::string_view> mailbox = take_path(argument, "FROM:");
  if (!mailbox) return mailbox.error();
  Path path;
  path.mailbox = *mailbox;
  Status status = each_parameter(
      argument, [&](std::string_view parameter) { return read_mail_parameter(parameter, path); });
  if (!status) return std::move(status).error();
  return path;
}

Result<Path> read_rcpt_path(std::string_view argument) {
  const Result<std::string_view> mailbox = take_path(argument, "TO:");
  if (!mailbox) return mailbox.error();
  if (mailbox->empty()) return malformed_path();
  Path path;
  path.mailbox = *mailbox;
  Status status = each_parameter(argument, [](std::string_view parameter) -> Status {
    return bad_parameter(errors::kParameterUnknown, parameter);
  });
  if (!status) return std::move(status).error();
  return path;
}

Result<PlainLogin> read_plain_login(std::string_view decoded) {
  const std::size_t first = decoded.find('\0');
  if (first == std::string_view::npos) return Error(errors::kLoginMalformed);
  const std::size_t second = decoded.find('\0', first + 1);
  if (second == std::string_view::npos) return Error(errors::kLoginMalformed);
  PlainLogin login;
  login.acts_for = decoded.substr(0, first);
  login.user = decoded.substr(first + 1, second - first - 1);
  const std::string_view password = decoded.substr(second + 1);
  login.password = Secret(std::string(password));
  if (password.find('\0') != std::string_view::npos || login.user.empty() || password.empty())
    return Error(errors::kLoginMalformed);
  return login;
}

}  // namespace sesame::smtp
