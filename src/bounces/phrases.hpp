#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Compares servers' texts with phrases. Pure. Thread: any.
namespace sesame::bounces {

/// A text prepared for the search for phrases.
struct PlainText {
  /// Folded by fold_letters(), words separated by one blank. Punctuation, IP addresses, enhanced codes and
  /// the codes at the start of each reply line are removed, apostrophes without a gap; `@` stands for an
  /// address.
  std::string words;
  std::string host_words;  // `words` with `%` for each host name; empty when the text names no host.
  std::string links;       // The text's links, lower case, separated by blanks; not among the words.
  /// One bit per word hash: rules out most phrases without a search.
  std::array<std::uint64_t, 16> word_bits{};
};
PlainText plain_text(std::string_view text);

/// A phrase of a rule: words, with `*` between words for at most kPhraseGapBytes bytes of anything, `*` at
/// the end of a word for any ending, `@` for an address and `%` for a host or domain name. Compared with
/// PlainText::words, so case, accents, punctuation and line breaks do not matter. It matches whole words only
/// (in scripts with ASCII letters). A search takes time in proportion to the text, whatever the phrase.
class Phrase {
 public:
  static constexpr std::size_t kPhraseGapBytes = 160;

  /// Parses a rule's text. nullopt when the text has no words.
  static std::optional<Phrase> parse(std::string_view text);

  bool found_in(const PlainText& text) const;

  /// Replaces the phrase by `#` wherever the text has it. Phrases with a `*` between words or a `%` are left.
  void blank_out(PlainText& text) const;

 private:
  struct Segment {
    std::string words;
    bool open_start = false;  // A `*` touches it: part of a word matches.
    bool open_end = false;

    /// The position at or after `from`, else npos.
    std::size_t find(std::string_view text, std::size_t from) const;
  };

  std::vector<Segment> segments_;
  bool names_host_ = false;              // It contains `%`.
  std::optional<std::uint32_t> rarest_;  // The hash of its longest whole word, if it has one.
};

}  // namespace sesame::bounces
