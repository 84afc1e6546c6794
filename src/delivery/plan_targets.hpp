#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "routing/plan.hpp"
#include "smtp/target.hpp"

/// The servers of a plan. Pure. Thread: any.
namespace sesame::delivery {

/// The targets in the order in which they are tried, at most `most`: each is `model` with its own host and
/// address, and the plan's demand for its certificate; with a source, those of its family.
std::vector<smtp::Target> targets_of(const routing::Plan& plan, const smtp::Target& model, std::size_t most);

/// Whether a host has an address of that family.
bool has_family(const routing::Plan& plan, bool v4);

/// The names of all hosts.
std::vector<std::string> hosts_of(const routing::Plan& plan);

}  // namespace sesame::delivery
