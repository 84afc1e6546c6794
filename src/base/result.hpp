#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sesame {

/// Why an operation was refused or failed: a value, cheap to move, free of any protocol.
///
/// `reason` is a stable identifier in the design's words ("group.name_taken"); the layer that speaks to the
/// outside translates it into its own code. `facts` are the public values a message may show ("value",
/// "limit", "field"). `cause` is private: it goes to the log, never to a peer.
class Error {
 public:
  struct Fact {
    std::string_view name;  // Points at a literal.
    std::string value;
  };

  /// `reason` must be a literal: it is kept by reference.
  explicit Error(std::string_view reason) : reason_(reason) {}

  Error&& with(std::string_view name, std::string value) && {
    facts_.push_back({name, std::move(value)});
    return std::move(*this);
  }
  Error&& because(std::string cause) && {
    cause_ = std::move(cause);
    return std::move(*this);
  }

  std::string_view reason() const { return reason_; }
  const std::vector<Fact>& facts() const { return facts_; }
  const std::string& cause() const { return cause_; }

 private:
  std::string_view reason_;
  std::vector<Fact> facts_;
  std::string cause_;
};

/// A value or an Error. Reading the side that is not there is a bug and asserts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return assert(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { return assert(!ok()), *std::get_if<1>(&state_); }
  const Error& error() const& { return assert(!ok()), *std::get_if<1>(&state_); }
  Error&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

/// The value of an operation that has nothing to return.
struct Done {};
using Status = Result<Done>;

}  // namespace sesame
