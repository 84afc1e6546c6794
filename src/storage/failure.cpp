#include "storage/failure.hpp"

namespace sesame::storage {

Error Failure::error() const {
  return Error(kind_ == Kind::full ? "storage.full" : "storage.failed").because(text_);
}

}  // namespace sesame::storage
