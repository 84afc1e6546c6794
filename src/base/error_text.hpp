#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sesame {

/// Formats a fact for the sentence: `asked` is its name in the template, `value` is never empty.
using ShowFact = std::function<std::string(std::string_view asked, const std::string& value)>;

/// Fills the template of an error's text:
///   {name}          the fact; nothing when the error lacks it
///   {?text|other}   `text` if every fact in it is known, else `other`; both may hold facts, `|other` may be
///   absent
///   {{ }}           braces (outside of {?})
/// An empty fact counts as unknown: a sentence with `` in it says less than one without. `name` is also found
/// as `field`, and `value` as `domain`, `names` or `address`. Without `show` facts stand as they are. Pure.
std::string fill_text(std::string_view text, std::span<const Error::Fact> facts, const ShowFact& show = {});

/// The English text that the error's name declares, filled; empty when it declares none. Pure.
std::string declared_text(const Error& error);

}  // namespace sesame
