#pragma once

#include "base/clock.hpp"
#include "content/links.hpp"
#include "senders/signers.hpp"

namespace sesame::campaigns {

/// The parts that compose every letter. All of them outlive its users.
struct ComposeContext {
  senders::SignerCache* signers;
  const Clock* clock;                     // A letter has the date of the moment when it is composed.
  const content::Links* links = nullptr;  // Null: letters carry neither return paths nor links of ours.
};

}  // namespace sesame::campaigns
