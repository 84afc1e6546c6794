#pragma once

#include <toml++/toml.h>

#include "shaping/limit_reader.hpp"
#include "shaping/rule_document.hpp"

namespace sesame::shaping {

/// Read the tables `source` and `pool` of a rules file, and leave out each block that has a fault. For the
/// reader of rules files only, since it brings a large library. Thread: any.
void read_sources(const toml::table& table, RuleDocument& document, const LimitComplaint& complain);
void read_pools(const toml::table& table, RuleDocument& document, const LimitComplaint& complain);

}  // namespace sesame::shaping
