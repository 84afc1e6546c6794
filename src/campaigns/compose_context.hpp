#pragma once

#include "content/links.hpp"
#include "senders/signers.hpp"

namespace sesame::campaigns {

/// The parts that compose every letter. All of them outlive its users.
struct ComposeContext {
  senders::SignerCache* signers;
  const content::Links* links = nullptr;  // Null: letters carry neither return paths nor links of ours.
};

}  // namespace sesame::campaigns
