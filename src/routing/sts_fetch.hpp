#pragma once

#include "net/http_fetcher.hpp"
#include "routing/sts_policies.hpp"

namespace sesame::routing {

/// The body of an answer that may hold a policy (RFC 8461 §3.3): status 200 and text/plain. Pure. Thread:
/// any.
StsFetched sts_body(net::HttpFetched fetched);

/// Fetches policies through `fetcher`, which outlives the result: at most 64 KiB, within a minute.
StsPolicies::Fetch fetch_through(net::HttpFetcher& fetcher);

}  // namespace sesame::routing
