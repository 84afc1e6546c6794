#include "campaigns/unsubscribe_default.hpp"

#include "senders/unsubscribe_settings.hpp"

namespace sesame::campaigns {

void fill_unsubscribe(storage::Reader& reader, const accounts::Scope& scope, content::Mailing& mailing) {
  if (mailing.unsubscribe) return;
  const auto language = senders::enabled_unsubscribe(reader, scope, mailing.from.address);
  if (language) mailing.unsubscribe = content::parse_unsubscribe_option(*language);
}

}  // namespace sesame::campaigns
