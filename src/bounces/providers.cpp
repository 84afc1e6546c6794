#include "bounces/providers.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "bounces/bounce_mail.hpp"
#include "bounces/reply_codes.hpp"

namespace sesame::bounces {

const BounceRule* Provider::first_fit(const Facts& facts) const {
  const auto found = std::ranges::find_if(rules, [&](const BounceRule& rule) { return rule.fits(facts); });
  return found == rules.end() ? nullptr : &*found;
}

const Provider* Providers::find(std::string_view host) const {
  std::string name = ascii::lower(host);
  if (name.ends_with('.')) name.pop_back();
  for (const Provider& provider : providers_) {
    if (std::ranges::any_of(provider.match, [&](const std::string& end) { return name.ends_with(end); }))
      return &provider;
  }
  return nullptr;
}

Facts facts_of(const ServerReply& reply) {
  const std::string whole = reply.whole().substr(0, room_for_each(1));
  const Codes codes = deciding_codes(whole, reply.enhanced);
  Facts facts;
  facts.text = plain_text(whole);
  facts.sources = ascii::lower(std::string(reply.host) + " " + whole);
  facts.status = codes.status;
  const unsigned code = reply.known_code();
  facts.reply = code == 0 ? codes.reply : std::to_string(code);
  facts.command = reply.command;
  return facts;
}

}  // namespace sesame::bounces
