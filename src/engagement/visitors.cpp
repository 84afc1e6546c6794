#include "engagement/visitors.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace sesame::engagement {

namespace {

enum class Match : unsigned char { whole, part, start };
enum class Seen : unsigned char { opens, clicks, both };

/// Compared without case; the first matching row counts.
struct AgentRule {
  std::string_view agent;
  Match match;
  Seen seen;
  effects::Visitor visitor;
};

constexpr AgentRule kAgents[] = {
    // Browsers always send a User-Agent (RFC 9110 §10.1.5); link-rewriting gateways often do not.
    {"", Match::whole, Seen::clicks, effects::Visitor::machine},
    // Apple's Mail Privacy Protection loads every image of every mail, read or unread, under this name alone
    // (support.apple.com, "Use Mail Privacy Protection").
    {"Mozilla/5.0", Match::whole, Seen::both, effects::Visitor::machine},
    // Gmail prefetches the images of a mail that arrives while its app is open
    // (sparkpost.com/blog/gmail-prefetching-images); its proxy below fetches the images of mails that are
    // shown.
    {"Edge/12.246 Mozilla/5.0", Match::part, Seen::opens, effects::Visitor::machine},
    // Proxies that fetch when the mail is shown (support.google.com/mail/answer/145919), at times earlier.
    {"GoogleImageProxy", Match::part, Seen::opens, effects::Visitor::proxy},
    {"YahooMailProxy", Match::part, Seen::opens, effects::Visitor::proxy},
    // Gateways that check links before the recipient sees the mail and send their name.
    {"Barracuda", Match::part, Seen::both, effects::Visitor::machine},
    {"Proofpoint", Match::part, Seen::both, effects::Visitor::machine},
    {"Mimecast", Match::part, Seen::both, effects::Visitor::machine},
    {"CiscoSecureEmail", Match::part, Seen::both, effects::Visitor::machine},
    {"Fortinet", Match::part, Seen::both, effects::Visitor::machine},
    // Link previews in chats, made when somebody shares a link.
    {"Slackbot", Match::part, Seen::both, effects::Visitor::machine},
    {"SkypeUriPreview", Match::part, Seen::both, effects::Visitor::machine},
    {"facebookexternalhit", Match::part, Seen::both, effects::Visitor::machine},
    {"WhatsApp/", Match::start, Seen::both, effects::Visitor::machine},
    // Crawlers that name themselves so
    // (developers.google.com/search/docs/crawling-indexing/overview-google-crawlers).
    {"bot/", Match::part, Seen::both, effects::Visitor::machine},
    {"bot;", Match::part, Seen::both, effects::Visitor::machine},
    {"crawler", Match::part, Seen::both, effects::Visitor::machine},
    {"spider", Match::part, Seen::both, effects::Visitor::machine},
    // HTTP libraries, by the names they send.
    {"HeadlessChrome/", Match::part, Seen::both, effects::Visitor::machine},
    {"PhantomJS/", Match::part, Seen::both, effects::Visitor::machine},
    {"curl/", Match::start, Seen::both, effects::Visitor::machine},
    {"Wget/", Match::start, Seen::both, effects::Visitor::machine},
    {"python-requests/", Match::start, Seen::both, effects::Visitor::machine},
    {"Python-urllib/", Match::start, Seen::both, effects::Visitor::machine},
    {"Go-http-client/", Match::start, Seen::both, effects::Visitor::machine},
    {"Apache-HttpClient/", Match::start, Seen::both, effects::Visitor::machine},
    {"Java/", Match::start, Seen::both, effects::Visitor::machine},
    {"libwww-perl/", Match::start, Seen::both, effects::Visitor::machine},
};

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool fits(const AgentRule& rule, effects::EventKind kind, std::string_view agent) {
  if (rule.seen == Seen::opens && kind != effects::EventKind::open) return false;
  if (rule.seen == Seen::clicks && kind != effects::EventKind::click) return false;
  switch (rule.match) {
    case Match::whole:
      return ascii::iequals(agent, rule.agent);
    case Match::start:
      return ascii::istarts_with(agent, rule.agent);
    case Match::part:
      return contains(agent, rule.agent);
  }
  return false;
}

}  // namespace

effects::Visitor visitor_of(const VisitTraits& traits) {
  if (traits.only_head || traits.announced_ahead) return effects::Visitor::machine;
  for (const AgentRule& rule : kAgents) {
    if (fits(rule, traits.kind, traits.user_agent)) return rule.visitor;
  }
  return effects::Visitor::person;
}

bool announces_prefetch(std::string_view purpose) {
  // Fetch §3.7 and its former names in Chromium; "preview" was Safari's.
  return contains(purpose, "prefetch") || contains(purpose, "prerender") || contains(purpose, "preview");
}

}  // namespace sesame::engagement
