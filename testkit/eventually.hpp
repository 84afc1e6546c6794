#pragma once

#include <chrono>
#include <functional>

namespace sesame::testkit {

/// Waits until `holds` is true; false when the deadline passed first. Instead of sleeping in a test.
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds deadline = std::chrono::seconds(10));

}  // namespace sesame::testkit
