#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sesame {

/// The side that causes an error, which decides whether another attempt is useful.
enum class Fault : std::uint8_t {
  input,      // The caller gave something that is never accepted.
  state,      // The input is fine; something else has to change first.
  temporary,  // The same call may succeed in a while, without anybody doing anything.
  internal,   // Damaged data, a wrong setup, a bug: the operator has to repair it.
};

/// The text of an error for people: a template that the error's facts fill. Empty when the layer that shows
/// the error has a text of its own.
struct ErrorText {
  std::string_view en = {};
  std::string_view zh = {};
};

/// The declaration of one reason for which operations fail. Each room declares its own in its errors.hpp,
/// `inline constexpr`, so that the address identifies the reason in the whole program; tests/source_errors.py
/// checks that no two rooms use one name.
class ErrorName {
 public:
  /// `name` is logged and never changes: the room or the subject, a dot, what is wrong ("group.name_taken").
  constexpr ErrorName(std::string_view name, Fault fault, ErrorText text = {})
      : name_(name), fault_(fault), text_(text) {}
  ErrorName(const ErrorName&) = delete;
  ErrorName& operator=(const ErrorName&) = delete;

  constexpr std::string_view name() const { return name_; }
  constexpr Fault fault() const { return fault_; }
  constexpr const ErrorText& text() const { return text_; }

 private:
  std::string_view name_;
  Fault fault_;
  ErrorText text_;
};

/// The reason why an operation was refused or failed: a value, cheap to move, free of any protocol.
///
/// The layer that speaks to the outside translates the name into its own code. `facts` are the public values
/// a message may show ("value", "limit", "field"). `cause` is private: it goes to the log, never to a peer.
class Error {
 public:
  struct Fact {
    std::string_view name;  // Points at a literal.
    std::string value;
  };

  /// `name` is kept by reference: a constant.
  explicit Error(const ErrorName& name) : name_(&name) {}
  explicit Error(const ErrorName&& temporary) = delete;

  Error&& with(std::string_view name, std::string value) && {
    facts_.push_back({name, std::move(value)});
    return std::move(*this);
  }
  Error&& because(std::string cause) && {
    cause_ = std::move(cause);
    return std::move(*this);
  }

  /// The declaration of its reason.
  const ErrorName& name() const { return *name_; }
  bool is(const ErrorName& name) const { return name_ == &name; }
  bool temporary() const { return name_->fault() == Fault::temporary; }
  std::string_view reason() const { return name_->name(); }
  const std::vector<Fact>& facts() const { return facts_; }
  const std::string& cause() const { return cause_; }

 private:
  const ErrorName* name_;
  std::vector<Fact> facts_;
  std::string cause_;
};

}  // namespace sesame
