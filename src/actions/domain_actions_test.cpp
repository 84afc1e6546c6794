#include <gtest/gtest.h>

#include <stdexcept>

#include "actions/families.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::actions {
namespace {

TEST(DomainActions, need_look_ups_to_verify_by_dns) {
  testkit::CloudApi api;
  DomainParts parts{.database = *api.database,
                    .secrets = api.secrets,
                    .look_ups = nullptr,
                    .options = {.verification = senders::Verification::dns},
                    .reputation = {}};
  EXPECT_THROW(add_domain_actions(api.actions, parts), std::invalid_argument);
  parts.options.verification = senders::Verification::trust;
  EXPECT_NO_THROW(add_domain_actions(api.actions, parts));
}

}  // namespace
}  // namespace sesame::actions
