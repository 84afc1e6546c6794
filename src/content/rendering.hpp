#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "content/links.hpp"
#include "content/mailing.hpp"
#include "content/part_source.hpp"
#include "content/template.hpp"
#include "content/variables.hpp"

/// The steps from a mailing to one recipient's texts that composing and previews share. Pure. Thread: any.
namespace sesame::content {

/// The names of the placeholders, each once, in the order of their first use.
std::vector<std::string> placeholder_names(std::initializer_list<Template> sources);

/// The unsubscribe option that applies; 0 also when the mail can carry no link: `links` is null or has no
/// URL.
UnsubscribeOption offered_option(const Mailing& mailing, const Links* links);

/// Adds the footers of an option other than 0 to the bodies that the mailing has.
void add_unsubscribe_footers(Mailing& mailing, UnsubscribeOption option);

/// The texts of one recipient's mail.
struct RenderedTexts {
  std::string subject;
  std::string html;
  std::string text;
};

/// Renders subject and bodies with these values as compose() does, footers included; placeholders without a
/// value stay as written, links are not tracked. The link to unsubscribe is Links::preview_url().
RenderedTexts render_preview(Mailing mailing, const Variables& values, const Links* links);

}  // namespace sesame::content
