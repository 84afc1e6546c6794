#include "feedback/visitors.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace sesame::feedback {

namespace {

enum class Match : unsigned char { whole, part, start };
enum class Seen : unsigned char { opens, clicks, both };

/// Letters are compared without case; the first row that fits counts.
struct AgentRule {
  std::string_view agent;
  Match match;
  Seen seen;
  Visitor visitor;
};

constexpr AgentRule kAgents[] = {
    // Browsers always say what they are (RFC 9110 §10.1.5); rewriting gateways often do not.
    {"", Match::whole, Seen::clicks, Visitor::machine},
    // Apple's Mail Privacy Protection loads every image of every mail, read or not, under this name alone
    // (support.apple.com, "Use Mail Privacy Protection").
    {"Mozilla/5.0", Match::whole, Seen::both, Visitor::machine},
    // Gmail looks through the images of a mail that comes while its app is open
    // (sparkpost.com/blog/gmail-prefetching-images); its proxy below fetches what is shown.
    {"Edge/12.246 Mozilla/5.0", Match::part, Seen::opens, Visitor::machine},
    // Fetch for a reader when the mail is shown (support.google.com/mail/answer/145919); at times ahead.
    {"GoogleImageProxy", Match::part, Seen::opens, Visitor::proxy},
    {"YahooMailProxy", Match::part, Seen::opens, Visitor::proxy},
    // Gateways that look at links before the recipient does, where they give their name.
    {"Barracuda", Match::part, Seen::both, Visitor::machine},
    {"Proofpoint", Match::part, Seen::both, Visitor::machine},
    {"Mimecast", Match::part, Seen::both, Visitor::machine},
    {"CiscoSecureEmail", Match::part, Seen::both, Visitor::machine},
    {"Fortinet", Match::part, Seen::both, Visitor::machine},
    // Previews of links in chats, made when somebody passes a link on.
    {"Slackbot", Match::part, Seen::both, Visitor::machine},
    {"SkypeUriPreview", Match::part, Seen::both, Visitor::machine},
    {"facebookexternalhit", Match::part, Seen::both, Visitor::machine},
    {"WhatsApp/", Match::start, Seen::both, Visitor::machine},
    // Crawlers name themselves so
    // (developers.google.com/search/docs/crawling-indexing/overview-google-crawlers).
    {"bot/", Match::part, Seen::both, Visitor::machine},
    {"bot;", Match::part, Seen::both, Visitor::machine},
    {"crawler", Match::part, Seen::both, Visitor::machine},
    {"spider", Match::part, Seen::both, Visitor::machine},
    // Programs without a person before them, by the names their libraries give.
    {"HeadlessChrome/", Match::part, Seen::both, Visitor::machine},
    {"PhantomJS/", Match::part, Seen::both, Visitor::machine},
    {"curl/", Match::start, Seen::both, Visitor::machine},
    {"Wget/", Match::start, Seen::both, Visitor::machine},
    {"python-requests/", Match::start, Seen::both, Visitor::machine},
    {"Python-urllib/", Match::start, Seen::both, Visitor::machine},
    {"Go-http-client/", Match::start, Seen::both, Visitor::machine},
    {"Apache-HttpClient/", Match::start, Seen::both, Visitor::machine},
    {"Java/", Match::start, Seen::both, Visitor::machine},
    {"libwww-perl/", Match::start, Seen::both, Visitor::machine},
};

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool fits(const AgentRule& rule, EventKind kind, std::string_view agent) {
  if (rule.seen == Seen::opens && kind != EventKind::open) return false;
  if (rule.seen == Seen::clicks && kind != EventKind::click) return false;
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

Visitor visitor_of(const VisitTraits& traits) {
  if (traits.only_head || traits.announced_ahead) return Visitor::machine;
  for (const AgentRule& rule : kAgents) {
    if (fits(rule, traits.kind, traits.user_agent)) return rule.visitor;
  }
  return Visitor::person;
}

bool announces_prefetch(std::string_view purpose) {
  // Fetch §3.7 and Chromium's earlier names for the same; "preview" was Safari's.
  return contains(purpose, "prefetch") || contains(purpose, "prerender") || contains(purpose, "preview");
}

}  // namespace sesame::feedback
