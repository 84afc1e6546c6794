#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Comparing what servers say with phrases. Pure; any thread.
namespace sesame::bounces {

/// A text as phrases see it.
struct PlainText {
  /// By fold_letters(): lower case, without accents. Words are separated by one blank. Punctuation, IP
  /// addresses, enhanced codes and the codes in front of each line of a reply are gone, apostrophes without a
  /// gap; `@` stands for an address.
  std::string words;
  std::string links;  // The links in it, lower case, separated by blanks; not among the words.
  /// A bit for each word's hash: most phrases are ruled out without a search.
  std::array<std::uint64_t, 16> word_bits{};
};
PlainText plain_text(std::string_view text);

/// A phrase of a rule: words, with `*` between words for anything up to kPhraseGapBytes long and `*` at the
/// end of a word for any ending. `@` is an address. Compared as in PlainText::words, so case, accents,
/// punctuation and line breaks do not matter; it is found at whole words only (of scripts with ASCII
/// letters). Looking for it takes time in proportion to the text, whatever both are.
class Phrase {
 public:
  static constexpr std::size_t kPhraseGapBytes = 160;

  /// Nothing when there is no word in it.
  static std::optional<Phrase> parse(std::string_view text);

  bool found_in(const PlainText& text) const;

 private:
  struct Segment {
    std::string words;
    bool open_start = false;  // A `*` touches it: part of a word will do.
    bool open_end = false;

    /// Where it stands at or behind `from`, else npos.
    std::size_t find(std::string_view text, std::size_t from) const;
  };

  std::vector<Segment> segments_;
  std::optional<std::uint32_t> rarest_;  // The hash of its longest whole word, if it has one.
};

}  // namespace sesame::bounces
