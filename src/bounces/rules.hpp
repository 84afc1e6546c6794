#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/setting.hpp"
#include "bounces/classification.hpp"
#include "bounces/meaning.hpp"
#include "bounces/phrases.hpp"

namespace sesame::bounces {

/// The facts about one refusal, or about one recipient of a bounce mail, that a rule is tried on.
struct Facts {
  PlainText text;       // The searched text.
  std::string sources;  // Lower case: every text that may name the replying host or provider.
  std::string status;
  std::string reply;
  std::string command;      // The SMTP command that was refused: CONN, HELO, MAIL, RCPT, DATA, or empty.
  bool auto_reply = false;  // The mail is an automatic reply.
};

/// One rule. All of its conditions must hold; a condition with several values holds when one value matches.
struct BounceRule {
  std::string name;
  BounceClass bounce_class = BounceClass::other;
  bool dead = false;                   // The address is permanently unusable.
  std::vector<std::string> dead_with;  // Enhanced codes with which the address is permanently unusable.
  bool weak = false;                   // Tried only when no other rule matches.
  bool auto_reply = false;             // Only for automatic replies.
  std::vector<Phrase> text;
  std::vector<Phrase> unless;
  std::vector<std::string> links;
  std::vector<std::string> from;  // Suffixes of host names.
  std::vector<std::string> status;
  std::vector<std::string> reply;
  std::vector<std::string> commands;
  std::vector<std::string> samples;  // Replies that this rule decides.
  RuleMeaning meaning;

  bool by_words() const { return !text.empty() || !links.empty(); }
  bool fits(const Facts& facts) const;
  /// Whether a refusal with enhanced code `code` (may be empty) makes the address permanently unusable.
  bool condemns(std::string_view code) const;
};

/// How mails of machines are distinguished from people's, and where the returned mail begins in a text.
struct MailShapes {
  std::vector<std::string> senders;        // Local parts that send reports.
  std::vector<Phrase> sender_names;        // Display names that send reports.
  std::vector<Phrase> bounce_subjects;     // Subjects of reports.
  std::vector<Phrase> delay_subjects;      // Subjects of reports about mail that is still tried.
  std::vector<Phrase> reply_subjects;      // Subjects of automatic replies.
  std::vector<Phrase> reply_texts;         // Words that only automatic replies use.
  std::vector<Phrase> thanks_texts;        // Words of automatic replies that people use, too.
  std::vector<Phrase> complaint_subjects;  // Subjects of abuse reports that follow no standard.
  std::vector<Phrase> originals;           // Lines that the returned mail follows.
  std::vector<Phrase> footers;             // Words of paragraphs that say nothing about the failure.
  std::vector<Phrase> product_names;       // Names of products, whose words are no reason.
  std::vector<Phrase> other_addresses;     // Words before or behind an address that did not fail.

  /// The list of that name; null when it has no list of phrases of that name.
  std::vector<Phrase>* phrases_of(std::string_view name);
  void append(const MailShapes& more);
};

struct BounceRuleOptions {
  std::string file;  // Rules that extend the built-in ones; empty: none.

  void visit(SettingVisitor& settings) {
    settings.file(
        "bounces.rules", file,
        "TOML file of bounce rules, tried before the built-in ones (`sesame classify --rules`); equal names "
        "replace",
        Reload::now);
  }
};

/// The rules of classification, as data, in the order in which they are tried. Immutable. Thread: any.
class BounceRules {
 public:
  /// The rules of rules/bounces.toml, which is compiled into the program.
  static const BounceRules& built_in();
  /// The text of rules/bounces.toml, for people.
  static std::string_view built_in_text();

  /// Reads rules. Error: errors::kRules with the facts "path", "line", "rule" (its name or number; empty for
  /// the file as a whole) and "problem".
  static Result<BounceRules> parse(std::string_view toml, const std::string& path);
  /// Reads a file of at most 1 MiB and puts its rules before the built-in ones, as extended_by(). Errors as
  /// parse(); a sample of the file that another rule decides is one, too.
  static Result<BounceRules> built_in_with(const std::string& path);

  /// Puts the rules of `first` before all others; a rule of `first` with the name of an existing rule
  /// replaces that rule in its place. The shapes of `first` are added.
  BounceRules extended_by(const BounceRules& first) const;

  const std::vector<BounceRule>& rules() const { return rules_; }
  const MailShapes& shapes() const { return shapes_; }

 private:
  std::vector<BounceRule> rules_;
  MailShapes shapes_;
};

}  // namespace sesame::bounces
