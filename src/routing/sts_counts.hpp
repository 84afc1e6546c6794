#pragma once

#include <string_view>

namespace sesame::routing {

/// Counts in `sesame_sts_total{result}`: `none`, `record_failed` (a destination's record), `fetched`,
/// `fetch_failed` (its policy), `unlisted`, `no_host` (its mail hosts and the policy), `verified`,
/// `tolerated`, `refused` (a connection under a policy). Thread: any.
void count_sts(std::string_view result);

}  // namespace sesame::routing
