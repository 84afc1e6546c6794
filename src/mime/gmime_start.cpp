#include "mime/gmime_start.hpp"

#include <gmime/gmime.h>

namespace sesame::mime {

void start_gmime() {
  static const bool started = (g_mime_init(), true);
  static_cast<void>(started);
}

}  // namespace sesame::mime
