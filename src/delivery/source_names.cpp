#include "delivery/source_names.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dns/reverse_name.hpp"

namespace sesame::delivery {

std::optional<std::string> name_problem(const shaping::Source& source, const Result<dns::Answer>& names,
                                        const Result<dns::Answer>& addresses) {
  if (!names || !names->is_definite()) return std::nullopt;
  const std::vector<std::string> found = names->texts();
  if (found.empty()) return "the address has no PTR record";
  if (std::ranges::find(found, source.helo_name) == found.end())
    return "the PTR record of the address names " + found.front();
  if (!addresses || !addresses->is_definite()) return std::nullopt;
  const std::vector<net::Address> of_name = addresses->addresses();
  if (std::ranges::find(of_name, source.address) == of_name.end())
    return "the name has " + (of_name.empty() ? "no such address" : "the address " + of_name.front().text());
  return "";
}

SourceNames::SourceNames(dns::Resolver& resolver, std::shared_ptr<const shaping::RulesInForce> rules,
                         std::shared_ptr<SourceHealth> health, const Clock& clock)
    : resolver_(resolver), rules_(std::move(rules)), health_(std::move(health)), clock_(clock) {}

void SourceNames::tick() {
  const auto now = clock_.steady_now();
  const std::uint64_t epoch = rules_->epoch();
  if (epoch == epoch_ && now - asked_ < kInterval) return;
  epoch_ = epoch;
  asked_ = now;
  const std::shared_ptr<const shaping::Rules> rules = rules_->get();
  for (const shaping::Source& source : rules->source_pools().sources()) ask_about(source);
}

void SourceNames::ask_about(const shaping::Source& source) {
  const auto type = source.address.is_v4() ? dns::RecordType::a : dns::RecordType::aaaa;
  // The second question is asked on the resolver's thread, from the answer to the first.
  resolver_.ask(dns::reverse_name(source.address), dns::RecordType::ptr,
                [&resolver = resolver_, health = health_, source, type](Result<dns::Answer> names) {
                  auto judge = [health, source,
                                names = std::move(names)](const Result<dns::Answer>& addresses) {
                    if (const auto problem = name_problem(source, names, addresses))
                      health->set_name_problem(source, *problem);
                  };
                  resolver.ask(source.helo_name, type, std::move(judge));
                });
}

}  // namespace sesame::delivery
