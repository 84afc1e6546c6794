#include "net/http_response.hpp"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <chrono>

#include "base/log.hpp"

namespace sesame::net {

namespace {

std::string http_date(std::int64_t unix_s) {
  constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds now{std::chrono::seconds(unix_s)};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\n",
                     kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

/// RFC 9110 §6.6.1. Made once a second on each thread.
const std::string& date_header(std::int64_t unix_s) {
  thread_local std::int64_t made_for = -1;
  thread_local std::string text;
  if (made_for != unix_s) {
    made_for = unix_s;
    text = http_date(unix_s);
  }
  return text;
}

void append_status_line(std::string& out, unsigned status) {
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason.data(), reason.size());
  out.append("\r\n");
}

bool breaks_framing(std::string_view text) {
  // One pass a byte: find_first_of() would search the set anew for each character.
  return text.find('\r') != text.npos || text.find('\n') != text.npos || text.find('\0') != text.npos;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  if (breaks_framing(name) || breaks_framing(value)) {
    log_error("net.header_left_out", {{"name", name}});
    return;
  }
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool may_have_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

void append_head(std::string& out, const HttpResponse& response, ResponseForm form, std::int64_t now_s) {
  append_status_line(out, response.status);
  out += date_header(now_s);
  if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  if (may_have_body(response.status) && response.source == nullptr)
    append_header(out, "Content-Length", std::to_string(response.body.size()));
  if (!form.keep_alive) {
    out += "Connection: close\r\n";
  } else if (form.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

}  // namespace sesame::net
