#pragma once

namespace sesame::server {

/// A group of parts that are opened together and stopped together. An assembly gets the assemblies below it,
/// which outlive it, and opens its parts in the order of its members. Thread: one, not an event loop's.
class Assembly {
 public:
  virtual ~Assembly() = default;

  /// Ends all work of its threads. Called once, after the assemblies above have stopped; the parts stay alive
  /// until all assemblies have.
  virtual void stop() = 0;
};

}  // namespace sesame::server
