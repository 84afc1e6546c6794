#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "accounts/keyring.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "cloudapi/call.hpp"
#include "console/signed_request.hpp"
#include "net/blocking_pool.hpp"
#include "net/http_client.hpp"
#include "net/task.hpp"

namespace sesame::console {

/// Signs calls for a person and sends them through the program's own public listener, so that what the page
/// shows is what a client would send and get. The key of a session lives for one call; no key leaves the
/// server. Its parts outlive it. Thread: any (event loops).
class Explorer {
 public:
  struct Parts {
    accounts::Keyring& keyring;
    const Clock& clock;
    Random& random;
  };
  explicit Explorer(const Parts& parts);

  /// Where the program listens for signed calls. Before, calls are refused. Thread: one, once.
  void open(net::HttpTarget listener);

  /// The answer for the page: request, steps, and the response unless the order says `send: false`. Errors:
  /// errors::kBadRequest, errors::kCredential (not one that this person may sign with), errors::kNoListener.
  net::Task<Result<boost::json::object>> call(std::shared_ptr<const cloudapi::SessionCaller> caller,
                                              boost::json::object order);
  /// Waits for the calls that are under way.
  void stop() { senders_.stop(); }

 private:
  struct Order;
  struct Key;
  Result<Order> read(const boost::json::object& given) const;
  Result<Key> key_for(const Order& order, const cloudapi::SessionCaller& caller) const;
  Result<boost::json::object> carry_out(const cloudapi::SessionCaller& caller,
                                        const boost::json::object& given) const;
  Result<boost::json::object> send(const Order& order, const SignedRequest& request) const;

  const Parts parts_;
  net::HttpTarget listener_;
  std::atomic<bool> opened_ = false;
  net::BlockingPool senders_;
};

}  // namespace sesame::console
