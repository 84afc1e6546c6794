#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/thread_safety.hpp"

namespace sesame::net {

/// One request to a server of others, on the thread of its Transfers. Never moves, since libcurl holds its
/// address.
class Transfer {
 public:
  /// Connections are made to public addresses only, unless private ones are allowed. The connected address
  /// decides, not its name or spelling (net/public_address.hpp).
  explicit Transfer(bool allow_private) : allow_private_(allow_private) {}
  virtual ~Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sets the options of this request, beside those of Transfers.
  virtual void set_up(CURL* easy) = 0;
  /// Called once, at the end.
  virtual void ended(CURL* easy, CURLcode code) = 0;
  /// Called instead of ended() when the thread stops first.
  virtual void stopped() = 0;

 protected:
  bool allow_private() const { return allow_private_; }
  /// Whether an address was not connected to since it is not public.
  bool address_refused() const { return address_refused_; }
  /// libcurl's words for people.
  std::string error_text(CURLcode code) const;

 private:
  friend class Transfers;
  static curl_socket_t open_socket(void* given, curlsocktype type, curl_sockaddr* address);

  const bool allow_private_;
  bool address_refused_ = false;
  char error_[CURL_ERROR_SIZE] = {};
};

/// Many requests at a time on one thread (libcurl). Redirects are not followed, proxies and cookies not used.
/// For net's own .cpp files only: it brings libcurl. Thread: any.
class Transfers {
 public:
  /// `ca_file`: PEM; empty: the authorities that libcurl was built to use.
  Transfers(const char* thread_name, std::size_t idle_connections_max, std::string ca_file);
  ~Transfers();  // stop()

  /// Starts a transfer and returns at once. After stop() it is dropped without a call.
  void start(std::unique_ptr<Transfer> transfer);
  /// Stops: transfers under way are told so, and none is called after the return. May be called again.
  void stop();

 private:
  void run();
  bool begin_waiting();
  void begin(std::unique_ptr<Transfer> transfer);
  void set_up(CURL* easy, Transfer& transfer) const;
  void finish_ended();

  const char* const thread_name_;
  const std::string ca_file_;
  CURLM* multi_ = nullptr;
  Mutex mutex_;
  std::deque<std::unique_ptr<Transfer>> waiting_ SESAME_GUARDED_BY(mutex_);
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
  // Only on the thread.
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> under_way_;
  std::vector<CURL*> spare_;
  std::thread thread_;
};

}  // namespace sesame::net
