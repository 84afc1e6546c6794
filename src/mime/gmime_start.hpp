#pragma once

namespace sesame::mime {

/// Before anything of GMime is used. Any thread; may be called again.
void start_gmime();

}  // namespace sesame::mime
