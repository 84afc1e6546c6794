#pragma once

#include <functional>
#include <span>
#include <string>

#include "shaping/rule_document.hpp"

namespace sesame::shaping {

/// Takes a fault of the block at this line of a document.
using BlockFault = std::function<void(const RuleDocument& document, std::size_t line, std::string keys,
                                      std::string problem)>;

/// Merges the sources and pools of rules files, the weakest first: a block replaces one of the same name as a
/// whole. Pure. Thread: any.
SourcePools merge_sources(std::span<const RuleDocument> documents, const BlockFault& complain);

}  // namespace sesame::shaping
