#pragma once

namespace sesame::server {

/// A group of parts that are opened together and stopped together. An assembly gets the assemblies below it,
/// which outlive it, and opens its parts in the order of its members. Thread: one, not an event loop's.
class Assembly {
 public:
  virtual ~Assembly() = default;

  /// Takes no more work from outside and returns at once; the time for the work in progress begins. Called
  /// once on all assemblies before the first is stopped, so that their connections end at the same time.
  virtual void close() {}

  /// Ends all work of its threads. Called once, after the assemblies above have stopped; the parts stay alive
  /// until all assemblies have.
  virtual void stop() = 0;
};

}  // namespace sesame::server
