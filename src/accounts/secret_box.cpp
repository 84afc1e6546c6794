#include "accounts/secret_box.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>

#include "accounts/errors.hpp"

namespace sesame::accounts {
namespace {

static_assert(SecretBox::kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

Error unreadable(const std::filesystem::path& path, std::string why) {
  return Error(errors::kKeyUnreadable).with("file", path.string()).because(std::move(why));
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The key reaches its name only when it is complete and on the disk: a crash leaves no key or a whole one. It
// never replaces another one: true when it has the name, false when there is a key already.
Result<bool> write_key(const std::filesystem::path& path, std::span<const unsigned char> key) {
  std::string draft = path.string() + ".XXXXXX";
  const auto failed = [&] { return unreadable(path, std::strerror(errno)); };
  {
    const File file(::mkostemp(draft.data(), O_CLOEXEC));
    if (!file.is_open() || ::fchmod(file.get(), 0600) != 0) return failed();
    if (::write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) return failed();
    if (::fsync(file.get()) != 0) return failed();
  }
  bool linked = ::link(draft.c_str(), path.c_str()) == 0;
  const bool taken = !linked && errno == EEXIST;
  if (linked || taken) {
    if (::unlink(draft.c_str()) != 0) return failed();
  } else {
    // A file system without hard links; the data folder's lock keeps other processes away there.
    linked = ::rename(draft.c_str(), path.c_str()) == 0;
    if (!linked) return failed();
  }
  const File folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return failed();
  return linked;
}

bool holds_data(const std::filesystem::path& database) {
  struct stat about {};
  return !database.empty() && ::stat(database.c_str(), &about) == 0 && about.st_size > 0;
}

// Empty when there is no such file.
Result<std::optional<std::string>> read_key(const std::filesystem::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return unreadable(path, std::strerror(errno));
  }
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return unreadable(path, std::strerror(errno));
  if ((about.st_mode & 077) != 0) return unreadable(path, "others than its owner may read it: chmod 600");
  std::string key(SecretBox::kKeyBytes + 1, '\0');
  const ssize_t got = ::read(file.get(), key.data(), key.size());
  if (got < 0) return unreadable(path, std::strerror(errno));
  if (got != static_cast<ssize_t>(SecretBox::kKeyBytes)) {
    return Error(errors::kKeyDamaged).with("file", path.string());
  }
  key.resize(SecretBox::kKeyBytes);
  return std::optional<std::string>(std::move(key));
}

}  // namespace

Result<SecretBox> SecretBox::open(const std::filesystem::path& data_dir, Random& random,
                                  const std::filesystem::path& database) {
  if (sodium_init() < 0) throw std::bad_alloc();
  const std::filesystem::path path = std::filesystem::absolute(data_dir) / "master.key";
  auto stored = read_key(path);
  if (!stored) return std::move(stored).error();
  Key key;
  if (!*stored) {
    if (holds_data(database))
      return Error(errors::kKeyMissing).with("file", path.string()).with("database", database.string());
    random.fill(std::as_writable_bytes(std::span(key)));
    const Result<bool> written = write_key(path, key);
    if (!written) return written.error();
    if (!*written) stored = read_key(path);  // Another process was faster.
    if (!stored) return std::move(stored).error();
  }
  if (*stored) {
    std::memcpy(key.data(), (*stored)->data(), key.size());
    sodium_memzero((*stored)->data(), (*stored)->size());
  }
  SecretBox box(key, random);
  sodium_memzero(key.data(), key.size());
  return box;
}

SecretBox::SecretBox(const Key& key, Random& random) : key_(key), random_(&random) {}

SecretBox::SecretBox(SecretBox&& other) noexcept : key_(other.key_), random_(other.random_) {
  sodium_memzero(other.key_.data(), other.key_.size());
}

SecretBox::~SecretBox() { sodium_memzero(key_.data(), key_.size()); }

std::string SecretBox::seal(std::string_view secret, std::string_view context) const {
  std::string sealed(kNonceBytes + secret.size() + kTagBytes, '\0');
  random_->fill(std::as_writable_bytes(std::span(sealed.data(), kNonceBytes)));
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + kNonceBytes, nullptr, bytes_of(secret),
                                             secret.size(), bytes_of(context), context.size(), nullptr,
                                             bytes_of(sealed), key_.data());
  return sealed;
}

Result<std::string> SecretBox::open_sealed(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < kNonceBytes + kTagBytes) return Error(errors::kNotOurs);
  std::string secret(sealed.size() - kNonceBytes - kTagBytes, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
      bytes_of(secret), nullptr, nullptr, bytes_of(sealed) + kNonceBytes, sealed.size() - kNonceBytes,
      bytes_of(context), context.size(), bytes_of(sealed), key_.data());
  if (opened != 0) return Error(errors::kNotOurs);
  return secret;
}

SecretBox::DerivedKey SecretBox::derive_key(std::string_view purpose) const {
  DerivedKey key;
  crypto_generichash(key.data(), key.size(), bytes_of(purpose), purpose.size(), key_.data(), key_.size());
  return key;
}

}  // namespace sesame::accounts
