#include "bounces/classifier.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "bounces/reply_codes.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kEvidenceBytes = 500;

/// Wordings for the command that was refused; the first match counts.
struct Stage {
  std::string_view words;
  std::string_view command;
};
constexpr std::array<Stage, 26> kStages{{
    {"refused to talk to me", "CONN"},
    {"after initial connection", "CONN"},
    {"but greeting failed", "CONN"},
    {"but my name was rejected", "HELO"},
    {"in reply to helo", "HELO"},
    {"in reply to ehlo", "HELO"},
    {"after ehlo", "HELO"},
    {"after helo", "HELO"},
    {"in reply to mail from", "MAIL"},
    {"but sender was rejected", "MAIL"},
    {"after mail from", "MAIL"},
    {"our mail from", "MAIL"},
    {"mail_from", "MAIL"},
    {"in reply to rcpt to", "RCPT"},
    {"does not like recipient", "RCPT"},
    {"after rcpt", "RCPT"},
    {"our rcpt to", "RCPT"},
    {"in rcpt to", "RCPT"},
    {"rcpt_to", "RCPT"},
    {"following rcpt", "RCPT"},
    {"in reply to end of data", "DATA"},
    {"in reply to data", "DATA"},
    {"end of data", "DATA"},
    {"after data", "DATA"},
    {"failed after i sent the message", "DATA"},
    {"failed on data command", "DATA"},
}};

std::string_view sent_command(std::string_view line) {
  line = ascii::trim(line);
  for (const std::string_view command : {"MAIL", "RCPT", "DATA"}) {
    if (ascii::istarts_with(line, command)) return command;
  }
  return ascii::istarts_with(line, "EHLO") || ascii::istarts_with(line, "HELO") ? "HELO" : "";
}

/// In a transcript, the last command before the first refusal.
std::string refused_command(std::string_view text, std::string_view words) {
  std::string command;
  for (const std::string_view line : ascii::split(text, '\n')) {
    const std::size_t sent = line.find(">>> ");
    if (sent != line.npos && !sent_command(line.substr(sent + 4)).empty())
      command = sent_command(line.substr(sent + 4));
    const std::size_t answer = line.find("<<< ");
    const bool refused = answer != line.npos && answer + 4 < line.size() &&
                         (line[answer + 4] == '4' || line[answer + 4] == '5');
    if (refused && !command.empty()) return command;
  }
  for (const Stage& stage : kStages) {
    if (words.find(stage.words) != words.npos) return std::string(stage.command);
  }
  return {};
}

/// Makes one line that is safe for a terminal and for JSON.
std::string evidence_of(std::string_view text) {
  std::string line;
  for (const char c : utf8::truncate(text, 2 * kEvidenceBytes)) {
    const bool blank = ascii::is_space(c) || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (!blank) {
      line.push_back(c);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  if (!utf8::valid(line)) return "(not UTF-8)";
  return std::string(ascii::trim(utf8::truncate(line, kEvidenceBytes)));
}

void judge(Classification& made, const BounceRule& rule, std::string_view text) {
  made.bounce_class = rule.bounce_class;
  made.rule = rule.name;
  made.meaning = rule.meaning;
  made.dead = rule.condemns(made.status);
  made.evidence = evidence_of(text);
}

bool says_little(std::string_view status) {
  const std::vector<CodeAt> found = find_statuses(status);
  return found.empty() || says_nothing(found[0].code);
}

/// The notice reports an arrived mail.
Classification arrival(const Notice& notice) {
  Classification made;
  const Codes codes = codes_of_success(notice.diagnostic, notice.status);
  made.status = codes.status;
  made.reply_code = codes.reply;
  made.evidence = evidence_of(notice.diagnostic.empty() ? notice.action : notice.diagnostic);
  return made;
}

/// Cuts the text to its searched part.
Notice shortened(const Notice& notice, std::size_t room) {
  Notice kept = notice;
  kept.diagnostic = utf8::truncate(notice.diagnostic, room);
  kept.words = utf8::truncate(notice.words, room);
  kept.remote = utf8::truncate(notice.remote, kFieldBytes);
  return kept;
}

}  // namespace

const BounceRule* Classifier::first_fit(const Facts& facts, bool by_words, bool weak) const {
  for (const BounceRule& rule : rules_.load()->rules()) {
    if (rule.by_words() == by_words && rule.weak == weak && rule.fits(facts)) return &rule;
  }
  return nullptr;
}

/// The text for the rules, without the names of products, whose words are no reason.
PlainText Classifier::searched(std::string_view text) const {
  PlainText plain = plain_text(text);
  for (const Phrase& name : rules_.load()->shapes().product_names) name.blank_out(plain);
  return plain;
}

/// By the reply that a gateway repeats of the server behind it, if that says enough.
bool Classifier::classify_nested(const Notice& notice, const Facts& outer, Classification& made) const {
  const std::string_view reply = nested_reply(notice.diagnostic);
  if (reply.empty()) return false;
  Facts facts = outer;
  facts.text = searched(reply);
  const Codes codes = deciding_codes(reply, {});
  facts.status = codes.status;
  facts.reply = codes.reply;
  const BounceRule* rule = first_fit(facts, true, false);
  if (rule == nullptr && !says_little(codes.status)) rule = first_fit(facts, false, false);
  if (rule == nullptr) return false;
  made.status = codes.status.empty() ? outer.status : codes.status;
  made.reply_code = codes.reply;
  judge(made, *rule, reply);
  return true;
}

Classification Classifier::classify(Notice notice, std::string_view sources, bool auto_reply) const {
  Classification made;
  // Without a report, the words are the only evidence.
  if (notice.diagnostic.empty() && says_little(notice.status))
    notice.diagnostic = std::exchange(notice.words, {});
  Codes codes = deciding_codes(notice.diagnostic, notice.status);
  const PlainText words = searched(notice.words);
  Facts facts;
  facts.auto_reply = auto_reply;
  facts.text = searched(notice.diagnostic);
  facts.sources = ascii::lower(std::string(sources) + " " + notice.remote + " " + notice.diagnostic);
  const std::string said = notice.diagnostic + "\n" + notice.words;
  facts.command = notice.command;
  if (facts.command.empty()) facts.command = refused_command(said, facts.text.words + " " + words.words);
  if (codes.reply.empty() && codes.status.empty()) codes = deciding_codes(notice.words, notice.status);
  facts.status = made.status = codes.status;
  facts.reply = made.reply_code = codes.reply;
  const std::string_view best = notice.diagnostic.empty() ? std::string_view(said) : notice.diagnostic;

  if (classify_nested(notice, facts, made)) return made;
  if (const BounceRule* rule = first_fit(facts, true, false)) return judge(made, *rule, best), made;
  const bool coded = !says_little(codes.status);
  if (coded) {
    if (const BounceRule* rule = first_fit(facts, false, false)) return judge(made, *rule, best), made;
  }
  const PlainText own = std::exchange(facts.text, words);
  facts.sources += " " + ascii::lower(notice.words);
  if (const BounceRule* rule = first_fit(facts, true, false)) return judge(made, *rule, said), made;
  if (!coded) {
    if (const BounceRule* rule = first_fit(facts, false, false)) return judge(made, *rule, best), made;
  }
  // The mail's words count only when it quotes no reply: phrases around the reply ("the following address")
  // stand in every bounce.
  if (!notice.diagnostic.empty()) facts.text = own;
  for (const bool by_words : {true, false}) {
    const BounceRule* rule = first_fit(facts, by_words, true);
    // Vague words condemn nobody whose mail is still tried.
    if (rule == nullptr || (notice.action == "delayed" && is_hard(rule->bounce_class))) continue;
    return judge(made, *rule, best), made;
  }
  made.evidence = evidence_of(best);
  if (notice.action == "delayed") made.bounce_class = BounceClass::soft_temporary;
  return made;
}

Classification Classifier::classify_reply(std::string_view reply) const {
  return classify_reply(ServerReply{.text = reply});
}

Classification Classifier::classify_reply(const ServerReply& reply) const {
  Notice notice;
  notice.diagnostic = reply.whole();
  if (!utf8::valid(notice.diagnostic))
    notice.diagnostic.resize(std::min<std::size_t>(notice.diagnostic.size(), 3));
  notice.remote = reply.host;
  notice.command = reply.command;
  return classify(shortened(notice, room_for_each(1)), "", false);
}

ClassifiedMail Classifier::classify_mail(std::string_view bytes) const {
  bytes = bytes.substr(0, kBounceMailBytes);
  return classify_mail(bytes, mime::read_mail(bytes));
}

ClassifiedMail Classifier::classify_mail(std::string_view bytes, const mime::ReadMail& read) const {
  BounceMail mail = read_bounce_mail(bytes, read, rules_.load()->shapes());
  ClassifiedMail classified{mail.kind, mail.feedback_type, mail.source_ip, {}, std::move(mail.returned)};
  if (mail.kind == BounceMail::Kind::other) return classified;
  const std::string sources = mail.from;
  bool failed = mail.notices.empty();
  for (const Notice& notice : mail.notices) {
    Classification made;
    if (mail.kind == BounceMail::Kind::abuse_report) {
      // RFC 6591, RFC 6430: reports that no reader made.
      const bool complains = mail.feedback_type != "auth-failure" && mail.feedback_type != "not-spam";
      made.bounce_class = complains ? BounceClass::complaint : BounceClass::other;
      made.evidence = evidence_of("Feedback-Type: " + mail.feedback_type);
    } else {
      const bool auto_reply = mail.kind == BounceMail::Kind::auto_reply;
      made = classify(shortened(notice, room_for_each(mail.notices.size())), sources, auto_reply);
      if (auto_reply && made.rule.empty()) made.bounce_class = BounceClass::auto_reply;
      if (auto_reply && !is_hard(made.bounce_class)) made.status.clear(), made.reply_code.clear();
      const bool arrived =
          notice.action == "delivered" || notice.action == "relayed" || notice.action == "expanded";
      if (arrived) made = arrival(notice);
      failed = failed || !arrived;
    }
    classified.recipients.push_back(
        {notice.address, notice.original_address, notice.action, std::move(made)});
  }
  // RFC 3464 §2.3.3: delivered, relayed and expanded mail has not come back.
  if (mail.kind == BounceMail::Kind::bounce && !failed) classified.kind = BounceMail::Kind::other;
  return classified;
}

Classification classify_reply(std::string_view reply) { return Classifier().classify_reply(reply); }

}  // namespace sesame::bounces
