#include "bounces/notice_text.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "bounces/address_in_text.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kMarkLineBytes = 120;
constexpr std::ptrdiff_t kMarkWords = 7;

// Labels before a recipient's address, on a line of their own or within a sentence.
constexpr std::array<std::string_view, 22> kRecipientLabels{
    "to:",
    "recipient:",
    "recipient address:",
    "rcpt to:",
    "addressed to:",
    "address:",
    "delivered to:",
    "message to",
    "undeliverable to",
    "your mail to",
    "recipient",
    "relayed to:",
    "deliver to",
    "message for",
    "sent to",
    "mail to",
    "delivery to",
    "user:",
    "mailbox:",
    "is full:",
    "unknown user:",
    "->",
};

// Labels of lines that name other people.
constexpr std::array<std::string_view, 9> kOtherNames{
    "from:",        "sender:",    "message-id:",   "reply-to:", "mail from:",
    "return-path:", "message id", "envelope-from", "cc:",
};

bool starts_like_header(std::string_view line) {
  return ascii::istarts_with(line, "received:") || ascii::istarts_with(line, "return-path:");
}

bool is_mark(std::string_view line, const MailShapes& shapes) {
  if (ascii::istarts_with(line, "content-type: message/rfc822") ||
      ascii::istarts_with(line, "content-type: text/rfc822-headers"))
    return true;
  if (line.size() > kMarkLineBytes) return false;
  const std::string_view trimmed = ascii::trim(line);
  if (trimmed.empty()) return false;
  // Only as a heading: between dashes, before a colon, or as a short sentence of its own.
  const bool ruled = std::string_view("-=*+_").find(trimmed.front()) != std::string_view::npos;
  const PlainText plain = plain_text(trimmed);
  const bool short_sentence = trimmed.back() == '.' && std::ranges::count(plain.words, ' ') < kMarkWords;
  if (!ruled && trimmed.back() != ':' && !short_sentence) return false;
  return std::ranges::any_of(shapes.originals, [&](const Phrase& each) { return each.found_in(plain); });
}

/// Whether and how the line begins a recipient's part of the text.
enum class Lead { none, mentioned, listed, closing, labelled };

Lead lead_of(std::string_view line, AddressAt& found) {
  const std::string_view trimmed = ascii::trim(line);
  const auto shift = static_cast<std::size_t>(trimmed.data() - line.data());
  if (trimmed.size() > 1000 || !find_address(line, shift, found)) return Lead::none;
  const std::string before = ascii::lower(ascii::trim(line.substr(shift, found.begin - shift)));
  for (const std::string_view name : kOtherNames) {
    if (before.find(name) != before.npos) return Lead::none;
  }
  const std::string_view after = ascii::trim(line.substr(found.end));
  // Name <user@host>: or >>> user@host <user@host>
  const bool bullet = before.empty() || before == "*" || before == "-" || before == "->" || before == ">>>" ||
                      before == "o" || before == "\xe2\x80\xa2" || before == "\"";
  if (bullet) return Lead::listed;
  // 550 5.1.1 <user@host>... User unknown
  const bool reply = before.size() >= 3 && (before[0] == '4' || before[0] == '5') &&
                     ascii::is_digit(before[1]) && ascii::is_digit(before[2]) &&
                     before.find(' ', 5) == before.npos;
  if (reply && after.starts_with("...")) return Lead::closing;
  // Name<mailto:user@host>
  if (before.ends_with("<mailto:") && before.find(". ") == before.npos) return Lead::listed;
  for (const std::string_view label : kRecipientLabels) {
    if (before.ends_with(label) || before.ends_with(std::string(label) + "<")) return Lead::labelled;
  }
  return Lead::mentioned;
}

bool is_own(std::string_view address, const std::vector<std::string>& own) {
  const std::string lower = ascii::lower(address);
  return lower.starts_with("postmaster@") || lower.starts_with("mailer-daemon@") ||
         std::ranges::find(own, lower) != own.end();
}

class NoticeReader {
 public:
  explicit NoticeReader(const std::vector<std::string>& own) : own_(own) {}

  void take(std::string_view line) {
    AddressAt found;
    const Lead lead = lead_of(line, found);
    if (lead != Lead::none && !is_own(found.address, own_)) {
      if (lead == Lead::mentioned) {
        if (mentioned_.empty()) open(mentioned_, found.address);
      } else if (lead == Lead::labelled) {
        open(labelled_, found.address);
      } else if (Notice* notice = open(listed_, found.address)) {
        return lead == Lead::listed ? begin(*notice, line, found) : close(*notice, line);
      }
    }
    // A recipient's part ends with its paragraph.
    const bool blank = ascii::trim(line).empty();
    if (is_transcript(line) || (blank && current_ != kNone && !listed_[current_].diagnostic.empty()))
      current_ = kNone;
    add(current_ == kNone ? pending_ : listed_[current_].diagnostic, line);
  }

  std::vector<Notice> finish() {
    std::vector<Notice>& named = labelled_.empty() ? mentioned_ : labelled_;
    std::vector<Notice>& found = listed_.empty() ? named : listed_;
    const std::size_t room = room_for_each(found.size());
    // Consecutive addresses share the text below them.
    for (std::size_t index = found.size(); index-- > 1;) {
      if (found[index - 1].diagnostic.empty())
        found[index - 1].diagnostic = utf8::truncate(found[index].diagnostic, room);
    }
    for (Notice& notice : found) notice.words = utf8::truncate(pending_, room);
    return std::move(found);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  static bool is_transcript(std::string_view line) {
    return line.find("--") != line.npos &&
           plain_text(line.substr(0, kMarkLineBytes)).words.starts_with("transcript");
  }

  Notice* open(std::vector<Notice>& list, const std::string& address) {
    const auto same =
        std::ranges::find_if(list, [&](const Notice& each) { return ascii::iequals(each.address, address); });
    if (same != list.end()) return &*same;
    if (list.size() >= kNoticesMax) return nullptr;
    return &list.emplace_back(Notice{.address = address});
  }

  /// The following lines are about this recipient.
  void begin(Notice& notice, std::string_view line, const AddressAt& found) {
    current_ = static_cast<std::size_t>(&notice - listed_.data());
    add(notice.diagnostic, line.substr(found.end));
  }

  /// The lines up to this one are about this recipient.
  void close(Notice& notice, std::string_view line) {
    add(notice.diagnostic, pending_);
    add(notice.diagnostic, line);
    pending_.clear();
    current_ = kNone;
  }

  static void add(std::string& text, std::string_view line) {
    line = ascii::trim(line);
    while (!line.empty() && (line.front() == ':' || line.front() == '>')) line = ascii::trim(line.substr(1));
    if (line.empty() || text.size() + line.size() > kNoticeTextBytes) return;
    if (!text.empty()) text += "\n";
    text += line;
  }

  const std::vector<std::string>& own_;
  std::vector<Notice> listed_;
  std::vector<Notice> labelled_;
  std::vector<Notice> mentioned_;  // The first address of the text; used when no other is found.
  std::size_t current_ = kNone;    // Index in listed_ of the recipient that the lines are about.
  std::string pending_;            // Lines not yet attributed to a recipient.
};

}  // namespace

SplitText split_returned(std::string_view text, const MailShapes& shapes) {
  std::size_t at = 0;
  bool blank_before = true;
  bool any_words = false;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::size_t next = std::min(end + 1, text.size());
    if (any_words && is_mark(line, shapes)) return {text.substr(0, at), text.substr(next)};
    if (any_words && blank_before && starts_like_header(line)) return {text.substr(0, at), text.substr(at)};
    blank_before = ascii::trim(line).empty();
    any_words = any_words || !blank_before;
    at = next;
  }
  return {text, {}};
}

std::vector<Notice> read_notice_text(std::string_view notice, const std::vector<std::string>& own) {
  NoticeReader reader(own);
  for (const std::string_view line : ascii::split(notice, '\n')) reader.take(line);
  return reader.finish();
}

std::string text_of_html(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      text.push_back(html[at++]);
      continue;
    }
    const std::size_t close = html.find('>', at);
    if (close == html.npos) break;
    const std::string tag = ascii::lower(html.substr(at + 1, std::min<std::size_t>(close - at - 1, 8)));
    const bool hidden = tag.starts_with("style") || tag.starts_with("script");
    const bool line = tag.starts_with("br") || tag.starts_with("p") || tag.starts_with("/p") ||
                      tag.starts_with("/tr") || tag.starts_with("/div") || tag.starts_with("/h");
    text.push_back(line ? '\n' : ' ');
    at = close + 1;
    if (hidden) at = std::min(html.find("</", at), html.size());
  }
  for (const auto& [entity, plain] : {std::pair<std::string_view, std::string_view>{"&nbsp;", " "},
                                      {"&lt;", "<"},
                                      {"&gt;", ">"},
                                      {"&quot;", "\""},
                                      {"&#39;", "'"},
                                      {"&amp;", "&"}}) {
    for (std::size_t at = text.find(entity); at != text.npos; at = text.find(entity, at + plain.size()))
      text.replace(at, entity.size(), plain);
  }
  return text;
}

}  // namespace sesame::bounces
