#include "commands/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/beijing_time.hpp"

namespace sesame::commands {

namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::milliseconds kPlainLine{5000};
constexpr unsigned kBarColumns = 24;

bool is_terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  return isatty(descriptor) == 1 && (kind == nullptr || std::string_view(kind) != "dumb");
}

bool wants_colour() {
  const char* no = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty.
  return no == nullptr || *no == '\0';
}

void write_error(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
  std::fflush(stderr);
}

}  // namespace

Terminal::Terminal(const Clock& clock)
    : clock_(clock),
      interactive_(is_terminal(STDERR_FILENO)),
      output_is_terminal_(is_terminal(STDOUT_FILENO)),
      colour_(output_is_terminal_ && wants_colour()) {}

void Terminal::write(std::string_view bytes) {
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
  if ((written && std::fflush(stdout) == 0) || !write_fault_.empty()) return;
  write_fault_ = std::strerror(errno);
  output_closed_ = errno == EPIPE;
}

void Terminal::line(std::string_view text) { write(std::string(text) + '\n'); }
void Terminal::raw(std::string_view bytes) { write(bytes); }
void Terminal::note(std::string_view text) { write_error(text); }
void Terminal::complain(std::string_view text) { write_error(fmt::format("sesame: {}", text)); }

std::string Terminal::bold(std::string_view text) const {
  return colour_ ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

void Terminal::table(const Table& table, bool json) {
  if (json)
    line(table.json());
  else
    write(table.text(output_width()));
}

std::string Terminal::local_time(const std::string& beijing_time) const {
  const Result<std::int64_t> ms = parse_beijing_time(beijing_time);
  if (!ms) return beijing_time;
  const auto seconds = static_cast<std::time_t>(*ms / 1000);
  std::tm parts{};
  if (localtime_r(&seconds, &parts) == nullptr) return beijing_time;
  char text[64];
  std::string shown(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &parts));
  if (shown.size() > 2) shown.insert(shown.size() - 2, ":");
  return shown;
}

void set_time_zone(const std::string& zone) {
  if (!zone.empty()) setenv("TZ", zone.c_str(), 1);
  tzset();
}

std::optional<unsigned> Terminal::output_width() const {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    const long width = std::strtol(columns, nullptr, 10);
    if (width > 0) return static_cast<unsigned>(width);
  }
  winsize size{};
  if (!output_is_terminal_ || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return std::nullopt;
  return size.ws_col;
}

unsigned Terminal::width() const {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

Progress::Progress(Terminal& terminal, std::string label, std::string unit)
    : terminal_(terminal),
      label_(std::move(label)),
      unit_(std::move(unit)),
      begin_(terminal.clock().steady_now()) {}

Progress::~Progress() { finish(); }

double Progress::seconds() const {
  return std::chrono::duration<double>(terminal_.clock().steady_now() - begin_).count();
}

void Progress::show(std::uint64_t done, std::uint64_t total, std::string held_back) {
  constexpr std::chrono::seconds kRateOver{5};
  done_ = done;
  total_ = total;
  const bool news = held_back != held_back_;
  held_back_ = std::move(held_back);
  const auto now = terminal_.clock().steady_now();
  samples_.push_back({now, done});
  while (samples_.size() > 2 && now - samples_[1].at >= kRateOver) samples_.pop_front();
  if (!news && drawn_ && now - *drawn_ < (terminal_.interactive() ? kRedraw : kPlainLine)) return;
  drawn_ = now;
  draw();
}

std::string Progress::rate() const {
  constexpr double kRateNeedsSeconds = 0.5;  // Before that a rate is noise.
  if (!held_back_.empty()) return "  " + held_back_;
  // At the end the rate is that of the whole.
  double spent = seconds();
  std::uint64_t count = done_;
  if (!finished_ && !samples_.empty()) {
    spent = std::chrono::duration<double>(terminal_.clock().steady_now() - samples_.front().at).count();
    count = done_ - std::min(done_, samples_.front().done);
  }
  if (spent < kRateNeedsSeconds) return "";
  return fmt::format("  {}/s", grouped(static_cast<std::uint64_t>(static_cast<double>(count) / spent)));
}

void Progress::finish() {
  if (finished_) return;
  finished_ = true;
  draw();
  if (terminal_.interactive()) std::fputc('\n', stderr);
}

void Progress::draw() {
  const double spent = seconds();
  const double part =
      total_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)) : 0;
  const std::string numbers =
      fmt::format("{} of {} {}{}  {}", grouped(done_), grouped(total_), unit_, rate(), clock_text(spent));
  if (!terminal_.interactive()) {
    terminal_.note(fmt::format("{:<10} {:3.0f} %  {}", label_, part * 100, numbers));
    return;
  }
  const auto full = static_cast<unsigned>(part * kBarColumns);
  std::string text = fmt::format("{:<10} [{}{}] {:3.0f} %  {}", label_, std::string(full, '#'),
                                 std::string(kBarColumns - full, ' '), part * 100, numbers);
  if (text.size() >= terminal_.width()) text.resize(terminal_.width() - 1);
  std::fputs(fmt::format("\r\x1b[2K{}", text).c_str(), stderr);
  std::fflush(stderr);
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::max(0.0, seconds));
  const std::uint64_t hours = whole / 3600;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace sesame::commands
