#include "bounces/notice_text.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "bounces/address_in_text.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kTranscriptLineBytes = 120;

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
constexpr std::array<std::string_view, 14> kOtherNames{
    "from:",         "sender:", "message-id:", "reply-to:",    "mail from:",  "return-path:", "message id",
    "envelope-from", "cc:",     "errors-to:",  "in-reply-to:", "references:", "mailfrom:",    "mailto:?",
};

/// Whether and how the line begins a recipient's part of the text.
enum class Lead { none, mentioned, listed, closing, labelled };

/// "X-Loop:", "List-Help:", "List-Unsubscribe:".
bool is_foreign_field(std::string_view line) {
  const bool named = ascii::istarts_with(line, "x-") || ascii::istarts_with(line, "list-");
  return named && line.find(':') < line.find_first_of(" \t");
}

/// How the address at `found` is named, which stands behind `before` in its line.
Lead lead_of(std::string before, std::string_view after) {
  before = ascii::lower(ascii::trim(before));
  after = ascii::trim(after);
  for (const std::string_view name : kOtherNames) {
    if (before.find(name) != before.npos) return Lead::none;
  }
  if (ascii::istarts_with(after, "instead")) return Lead::none;
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
  NoticeReader(const std::vector<std::string>& own, const MailShapes& shapes) : own_(own), shapes_(shapes) {}

  void take(std::string_view line) {
    AddressAt found;
    const Lead lead = find_recipient(line, found);
    previous_ = line;
    if (lead != Lead::none) {
      if (lead == Lead::mentioned) {
        if (mentioned_.empty()) open_listed(mentioned_, line, found);
      } else if (lead == Lead::labelled) {
        // The failed mail's own To names also those whom it reached.
        if (ascii::istarts_with(ascii::trim(line), "to:"))
          open(labelled_, found.address);
        else
          open_listed(labelled_, line, found);
      } else if (Notice* notice = open_listed(listed_, line, found)) {
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
  static constexpr int kAddressesMax = 8;         // Addresses of one line that are looked at.
  static constexpr std::size_t kAheadBytes = 60;  // Bytes before an address that say whose it is.

  /// The first address of the line that may be a recipient's.
  Lead find_recipient(std::string_view line, AddressAt& found) const {
    const std::string_view trimmed = ascii::trim(line);
    if (trimmed.size() > 1000 || is_foreign_field(trimmed)) return Lead::none;
    auto from = static_cast<std::size_t>(trimmed.data() - line.data());
    for (int tries = 0; tries < kAddressesMax && find_address(line, from, found); ++tries) {
      const std::string_view before = line.substr(from, found.begin - from);
      const Lead lead = lead_of(std::string(before), line.substr(found.end));
      const bool counts = tries == 0 || lead == Lead::labelled || lead == Lead::mentioned;
      if (lead != Lead::none && counts && !is_own(found.address, own_) &&
          (lead == Lead::closing || !is_aside(before, tries == 0)))
        return lead;
      from = found.end;
    }
    return Lead::none;
  }

  /// Whether the words before an address say that it is somebody else's: "please contact", "for example".
  bool is_aside(std::string_view before, bool begins_line) const {
    std::string ahead(before.substr(before.size() - std::min(before.size(), kAheadBytes)));
    const std::string_view above = ascii::trim(previous_);
    const bool goes_on = !above.empty() && std::string_view(".:;!?>)").find(above.back()) == above.npos;
    // A sentence that goes on from the line above; a label begins something else.
    if (begins_line && goes_on && before.find(':') == before.npos)
      ahead.insert(0, std::string(above.substr(above.size() - std::min(above.size(), kAheadBytes))) + " ");
    PlainText plain = plain_text(ahead);
    // Names of hosts do not count as words: "support.shop.example".
    if (!plain.host_words.empty()) plain.words = plain.host_words;
    return std::ranges::any_of(shapes_.other_addresses,
                               [&](const Phrase& each) { return each.found_in(plain); });
  }

  static bool is_transcript(std::string_view line) {
    return line.find("--") != line.npos &&
           plain_text(line.substr(0, kTranscriptLineBytes)).words.starts_with("transcript");
  }

  Notice* open(std::vector<Notice>& list, const std::string& address) {
    const auto same =
        std::ranges::find_if(list, [&](const Notice& each) { return ascii::iequals(each.address, address); });
    if (same != list.end()) return &*same;
    if (list.size() >= kNoticesMax) return nullptr;
    return &list.emplace_back(Notice{.address = address});
  }

  /// Opens the address at `found` and those that follow in the same enumeration; `found` is the last of them.
  Notice* open_listed(std::vector<Notice>& list, std::string_view line, AddressAt& found) {
    Notice* notice = open(list, found.address);
    AddressAt next;
    while (notice != nullptr && find_address(line, found.end, next) && !is_own(next.address, own_)) {
      const std::string_view between = ascii::trim(line.substr(found.end, next.begin - found.end));
      if (between != "," && between != ";") break;
      notice = open(list, next.address);
      found = next;
    }
    return notice;
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
  const MailShapes& shapes_;
  std::string_view previous_;  // The line above.
  std::vector<Notice> listed_;
  std::vector<Notice> labelled_;
  std::vector<Notice> mentioned_;  // The first address of the text; used when no other is found.
  std::size_t current_ = kNone;    // Index in listed_ of the recipient that the lines are about.
  std::string pending_;            // Lines not yet attributed to a recipient.
};

}  // namespace

std::vector<Notice> read_notice_text(std::string_view notice, const std::vector<std::string>& own,
                                     const MailShapes& shapes) {
  NoticeReader reader(own, shapes);
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
