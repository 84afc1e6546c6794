#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Faults of a mail that its author may want to mend before it is sent. Pure. Thread: any.
namespace sesame::content {

enum class FindingLevel : std::uint8_t {
  error,    // The mail would be refused, or broken for everybody.
  warning,  // Some recipients would see a broken mail, or filters would count it against the sender.
  hint,     // Worth knowing.
};

enum class MailPart : std::uint8_t { mail, subject, html, text };

/// A rule that a mail may break, with its sentences in English; api/sesame-2026-12-01.json has the Chinese
/// ones as phrases.
struct FindingRule {
  std::string_view name;  // "alt_missing".
  FindingLevel level;
  std::string_view text;    // The fault, and the people or programs that mind it.
  std::string_view remedy;  // The way out.
};

/// All rules, in the order in which findings of one place are shown.
std::span<const FindingRule> finding_rules();

struct Finding {
  const FindingRule* rule = nullptr;  // One of finding_rules().
  MailPart part = MailPart::mail;
  std::size_t at = 0;   // The byte of the part's source; 0 when the rule is about the whole part.
  std::string excerpt;  // The text that breaks the rule, cut; may be empty.
};

/// Gathers findings. At most kShownMax per rule and part are kept; all are counted. Thread: one.
class Findings {
 public:
  static constexpr std::size_t kShownMax = 20;
  static constexpr std::size_t kExcerptBytesMax = 120;

  /// `rule` is the name of one of finding_rules().
  void add(std::string_view rule, MailPart part, std::size_t at = 0, std::string_view excerpt = {});

  /// Adds those of another check of the same mail.
  void merge(const Findings& other);

  std::size_t total() const { return total_; }
  /// By level, then in the order of the parts and of their texts.
  std::vector<Finding> sorted() const;

 private:
  std::vector<Finding> found_;
  std::map<std::pair<std::string_view, MailPart>, std::size_t> counts_;
  std::size_t total_ = 0;
};

/// A byte's place in a text as editors count: lines and columns from 1, columns in UTF-16 code units.
struct TextPlace {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Finds places in one text, which it borrows. Thread: any (const use).
class TextPlaces {
 public:
  explicit TextPlaces(std::string_view text);
  TextPlace of(std::size_t at) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;  // The first byte of each line.
};

}  // namespace sesame::content
