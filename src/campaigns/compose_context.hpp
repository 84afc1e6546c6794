#pragma once

#include "content/links.hpp"
#include "senders/signers.hpp"

namespace sesame::campaigns {

/// What every letter is made with, whatever it says. What it points to outlives whoever has it.
struct ComposeContext {
  senders::SignerCache* signers;
  const content::Links* links = nullptr;  // None: letters carry no way back.
};

}  // namespace sesame::campaigns
