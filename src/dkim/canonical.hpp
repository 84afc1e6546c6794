#pragma once

#include <string>
#include <string_view>

/// Relaxed canonicalisation (RFC 6376 §3.4.2, §3.4.4): pure functions on text with CRLF line ends. Thread:
/// any.
namespace sesame::dkim {

/// Appends one header field (`Name: value`, folded or not, its final CRLF optional) in relaxed form, without
/// CRLF.
void append_relaxed_header(std::string& out, std::string_view field);

/// Calls `take(std::string_view)` with the pieces of the relaxed body, in order: unchanged stretches of
/// `body` in one piece, so that hashing costs no copy.
template <class Take>
void for_relaxed_body(std::string_view body, Take take);

std::string relaxed_body(std::string_view body);

// ---- Implementation.

/// Joins pieces that lie side by side in memory before they are handed on.
template <class Take>
class Joined {
 public:
  explicit Joined(Take take) : take_(take) {}

  void add(std::string_view piece) {
    if (run_.data() + run_.size() == piece.data()) {
      run_ = std::string_view(run_.data(), run_.size() + piece.size());
      return;
    }
    flush();
    run_ = piece;
  }
  void flush() {
    if (!run_.empty()) take_(run_);
    run_ = {};
  }

 private:
  Take take_;
  std::string_view run_;
};

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

template <class Take>
void relax_line(std::string_view line, Joined<Take>& joined) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!is_blank(line[i])) continue;
    std::size_t end = i + 1;
    while (is_blank(line[end])) ++end;  // The line does not end in a blank.
    if (end - i == 1 && line[i] == ' ') continue;
    joined.add(line.substr(start, i - start));
    joined.add(" ");
    start = end;
    i = end - 1;
  }
  joined.add(line.substr(start));
}

template <class Take>
void for_relaxed_body(std::string_view body, Take take) {
  Joined<Take> joined(take);
  std::size_t empty_lines = 0;  // Held back: at the end of the body they do not count.
  while (!body.empty()) {
    const std::size_t end = body.find("\r\n");
    const bool last = end == std::string_view::npos;
    const std::string_view line = body.substr(0, end);
    const std::size_t size = line.find_last_not_of(" \t") + 1;
    if (size == 0) {
      ++empty_lines;
    } else {
      for (; empty_lines > 0; --empty_lines) joined.add("\r\n");
      relax_line(line.substr(0, size), joined);
      joined.add(last ? std::string_view("\r\n") : body.substr(end, 2));
    }
    body.remove_prefix(last ? body.size() : end + 2);
  }
  joined.flush();
}

}  // namespace sesame::dkim
