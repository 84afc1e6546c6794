#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace sesame::commands {

/// The output of a command for people. Results go to standard output, progress and errors to standard error.
/// On a terminal: colour (unless NO_COLOR is set) and a bar that redraws itself; otherwise plain lines.
/// Thread: one.
class Terminal {
 public:
  explicit Terminal(const Clock& clock);

  void line(std::string_view text);      // Standard output.
  void note(std::string_view text);      // Standard error.
  void complain(std::string_view text);  // Standard error, "sesame: ".
  std::string bold(std::string_view text) const;

  /// Prints columns as wide as their widest cell; the caller aligns numbers.
  void table(const std::vector<std::vector<std::string>>& rows);

  bool interactive() const { return interactive_; }
  const Clock& clock() const { return clock_; }
  /// Columns of the terminal; 80 when unknown.
  unsigned width() const;

 private:
  const Clock& clock_;
  const bool interactive_;  // Standard error is a terminal.
  const bool colour_;
};

/// The progress of one long task: "uploading [#####     ] 52 %  10,400 of 20,000  98,000/s  0:12". Redrawn at
/// most ten times a second on a terminal; elsewhere a plain line at most every five seconds. The destructor
/// ends the line.
class Progress {
 public:
  Progress(Terminal& terminal, std::string label, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done, std::uint64_t total);
  /// Draws the last state and ends the line.
  void finish();
  double seconds() const;

 private:
  void draw();

  Terminal& terminal_;
  const std::string label_;
  const std::string unit_;
  const std::chrono::steady_clock::time_point begin_;
  std::optional<std::chrono::steady_clock::time_point> drawn_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  bool finished_ = false;
};

/// A number with commas between thousands: "20,000".
std::string grouped(std::uint64_t number);
/// A duration as "0:07" or "1:02:03".
std::string clock_text(double seconds);
/// The number of terminal columns that UTF-8 text takes.
std::size_t columns_of(std::string_view text);

}  // namespace sesame::commands
