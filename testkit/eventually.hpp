#pragma once

#include <chrono>
#include <functional>

namespace sesame::testkit {

/// Waits until `holds` is true; false when the deadline passed first. Instead of sleeping in a test.
bool eventually(const std::function<bool()>& holds,
                std::chrono::milliseconds deadline = std::chrono::seconds(10));

/// Lets real time pass, for the few tests in which its passing is the point: a deadline that must not fire, a
/// random moment for a crash. To wait for something, use eventually().
void let_time_pass(std::chrono::microseconds time);

}  // namespace sesame::testkit
