#include "commands/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

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

void write_line(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fputc('\n', stream);
  std::fflush(stream);
}

}  // namespace

Terminal::Terminal(const Clock& clock)
    : clock_(clock),
      interactive_(is_terminal(STDERR_FILENO)),
      colour_(is_terminal(STDOUT_FILENO) && wants_colour()) {}

void Terminal::line(std::string_view text) { write_line(stdout, text); }
void Terminal::note(std::string_view text) { write_line(stderr, text); }
void Terminal::complain(std::string_view text) { write_line(stderr, fmt::format("sesame: {}", text)); }

std::string Terminal::bold(std::string_view text) const {
  return colour_ ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

void Terminal::table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  for (const auto& row : rows) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - columns_of(row[i]) + 2, ' ');
    }
    line(text);
  }
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

void Progress::show(std::uint64_t done, std::uint64_t total) {
  done_ = done;
  total_ = total;
  const auto now = terminal_.clock().steady_now();
  if (drawn_ && now - *drawn_ < (terminal_.interactive() ? kRedraw : kPlainLine)) return;
  drawn_ = now;
  draw();
}

void Progress::finish() {
  if (finished_) return;
  finished_ = true;
  draw();
  if (terminal_.interactive()) std::fputc('\n', stderr);
}

void Progress::draw() {
  const double spent = seconds();
  constexpr double kRateNeedsSeconds = 0.5;  // Before that a rate is noise.
  const std::string rate =
      spent < kRateNeedsSeconds
          ? ""
          : fmt::format("  {}/s", grouped(static_cast<std::uint64_t>(static_cast<double>(done_) / spent)));
  const double part =
      total_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)) : 0;
  const std::string numbers =
      fmt::format("{} of {} {}{}  {}", grouped(done_), grouped(total_), unit_, rate, clock_text(spent));
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

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // East Asian wide characters (three bytes from U+1100 on) take two columns; wcwidth needs a locale that
    // may be absent.
    columns += lead >= 0xe3 ? 2 : 1;
    i += length;
  }
  return columns;
}

}  // namespace sesame::commands
