#pragma once

namespace sesame::mime {

/// Call it before any use of GMime; may be called again. Thread: any.
void start_gmime();

}  // namespace sesame::mime
