#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bounces/classification.hpp"
#include "bounces/phrases.hpp"

namespace sesame::bounces {

/// What is known of one refusal, or of one recipient in a bounce mail, when a rule is tried.
struct Facts {
  PlainText text;       // What is looked at now.
  std::string sources;  // Lower case: everything that may name the host or provider that spoke.
  std::string status;
  std::string reply;
  std::string command;      // The SMTP command that was refused: CONN, HELO, MAIL, RCPT, DATA, or empty.
  bool auto_reply = false;  // The mail is an automatic reply, no report of a failure.
};

/// One rule: every condition that it has must hold; a condition with several values holds when one fits.
struct BounceRule {
  std::string name;
  BounceClass bounce_class = BounceClass::other;
  bool dead = false;                   // The address is of no more use.
  std::vector<std::string> dead_with;  // The same, but only with one of these enhanced codes.
  bool weak = false;                   // Tried only when nothing else fits.
  bool auto_reply = false;             // For automatic replies, and for nothing else.
  std::vector<Phrase> text;
  std::vector<Phrase> unless;
  std::vector<std::string> links;
  std::vector<std::string> from;  // Ends of host names.
  std::vector<std::string> status;
  std::vector<std::string> reply;
  std::vector<std::string> commands;

  bool by_words() const { return !text.empty() || !links.empty(); }
  bool fits(const Facts& facts) const;
  /// Whether a refusal with that enhanced code (it may be empty) says that the address is of no more use.
  bool condemns(std::string_view code) const;
};

/// How mails of machines are told from letters, and where the returned mail begins in a text.
struct MailShapes {
  std::vector<std::string> senders;        // Local parts that send reports.
  std::vector<Phrase> bounce_subjects;     // Subjects of reports.
  std::vector<Phrase> reply_subjects;      // Subjects of automatic replies.
  std::vector<Phrase> complaint_subjects;  // Subjects of abuse reports that follow no standard.
  std::vector<Phrase> originals;           // Lines behind which the returned mail stands.
};

/// The rules of classification: data, in the order in which they are tried. Immutable once made; any thread.
class BounceRules {
 public:
  /// From rules/bounces.toml, a part of the program.
  static const BounceRules& built_in();
  /// Its text, for people to read.
  static std::string_view built_in_text();

  /// Reads rules of the same form. Error: "bounces.rules" with the facts "path", "line", "rule" (its name or
  /// number, empty: the file as a whole) and "problem".
  static Result<BounceRules> parse(std::string_view toml, const std::string& path);
  /// The same from a file of at most 1 MiB.
  static Result<BounceRules> read_file(const std::string& path);

  /// `first` before all others; where it has a rule of the same name, that one takes its place instead. What
  /// its shapes name is added.
  BounceRules extended_by(const BounceRules& first) const;

  const std::vector<BounceRule>& rules() const { return rules_; }
  const MailShapes& shapes() const { return shapes_; }

 private:
  std::vector<BounceRule> rules_;
  MailShapes shapes_;
};

}  // namespace sesame::bounces
