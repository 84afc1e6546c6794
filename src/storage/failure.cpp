#include "storage/failure.hpp"

#include "storage/errors.hpp"

namespace sesame::storage {

Error Failure::error() const {
  return Error(kind_ == Kind::full ? errors::kFull : errors::kFailed).because(text_);
}

}  // namespace sesame::storage
