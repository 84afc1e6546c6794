#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "commands/table.hpp"

namespace sesame::commands {

/// The output of a command for people. Results go to standard output, progress and errors to standard error.
/// On a terminal: colour (unless NO_COLOR is set) and a bar that redraws itself; otherwise plain lines.
/// Thread: one.
class Terminal {
 public:
  explicit Terminal(const Clock& clock);

  void line(std::string_view text);      // Standard output.
  void raw(std::string_view bytes);      // Standard output, as they are.
  void note(std::string_view text);      // Standard error.
  void complain(std::string_view text);  // Standard error, "sesame: ".
  std::string bold(std::string_view text) const;

  /// Prints the table for people, within the width of a terminal, or as a JSON list.
  void table(const Table& table, bool json = false);
  /// Why the output could not be written so far; empty when all of it was.
  const std::string& write_fault() const { return write_fault_; }
  /// The reader of the output has gone, as `head` does.
  bool output_closed() const { return output_closed_; }

  /// A time of the API in the zone of the reader ("2026-11-23 09:30:00 +01:00"); other text as it is.
  std::string local_time(const std::string& beijing_time) const;

  bool interactive() const { return interactive_; }
  bool output_is_terminal() const { return output_is_terminal_; }
  const Clock& clock() const { return clock_; }
  /// Columns of the terminal; 80 when unknown.
  unsigned width() const;
  /// Columns into which results must fit: those of the terminal on standard output, or COLUMNS. nullopt: no
  /// limit.
  std::optional<unsigned> output_width() const;

 private:
  void write(std::string_view bytes);

  const Clock& clock_;
  const bool interactive_;  // Standard error is a terminal.
  const bool output_is_terminal_;
  const bool colour_;
  std::string write_fault_;
  bool output_closed_ = false;
};

/// Sets the zone in which times are shown; empty: the machine's.
void set_time_zone(const std::string& zone);

/// The progress of one long task: "uploading [#####     ] 52 %  10,400 of 20,000  98,000/s  0:12". Redrawn at
/// most ten times a second on a terminal; elsewhere a plain line at most every five seconds. The destructor
/// ends the line. The rate is that of the last seconds.
class Progress {
 public:
  Progress(Terminal& terminal, std::string label, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `held_back`: why nothing moves, shown in place of the rate; empty when nothing holds it back.
  void show(std::uint64_t done, std::uint64_t total, std::string held_back = "");
  /// Draws the last state and ends the line.
  void finish();
  double seconds() const;

 private:
  struct Sample {
    std::chrono::steady_clock::time_point at;
    std::uint64_t done = 0;
  };
  void draw();
  std::string rate() const;

  Terminal& terminal_;
  const std::string label_;
  const std::string unit_;
  const std::chrono::steady_clock::time_point begin_;
  std::optional<std::chrono::steady_clock::time_point> drawn_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
  std::string held_back_;
  std::deque<Sample> samples_;  // The last seconds, the oldest first.
  bool finished_ = false;
};

/// A number with commas between thousands: "20,000".
std::string grouped(std::uint64_t number);
/// A duration as "0:07" or "1:02:03".
std::string clock_text(double seconds);

}  // namespace sesame::commands
