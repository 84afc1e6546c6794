#include "cloudapi/exchange.hpp"

#include <utility>

#include "base/uuid.hpp"
#include "cloudapi/call_evidence.hpp"
#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {

Exchange open_exchange(const Clock& clock, Random& random, Language language) {
  Exchange exchange;
  exchange.request_id = uuid_v4(random);
  exchange.language = language;
  exchange.started = clock.steady_now();
  exchange.time_ms = clock.now_ms();
  return exchange;
}

Exchange open_exchange(const Clock& clock, Random& random, Language fallback,
                       const net::HttpRequest& request) {
  Exchange exchange = open_exchange(clock, random, language_of(request, fallback));
  exchange.peer = request.peer_address;
  exchange.client = client_name(request);
  exchange.request_bytes = request.body.size();
  return exchange;
}

Error answered_error(const Exchange& exchange, Error error) {
  if (!error.is(errors::kNotAllowed) || exchange.action == nullptr) return error;
  return std::move(error)
      .with("request_id", exchange.request_id)
      .with("service", service_of(exchange.action->version))
      .with("action", exchange.action->name);
}

}  // namespace sesame::cloudapi
