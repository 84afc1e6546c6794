#pragma once

#include <map>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace sesame {

using Labels = std::map<std::string, std::string>;

/// A value that only grows. Like the other metrics it lives until the program ends and costs a few
/// nanoseconds. Look it up once and keep the reference; the look-up takes a lock. Thread: any.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(counter) {}
  void add(double amount = 1);
  double value() const;

 private:
  prometheus::Counter& counter_;
};

/// A value that goes up and down.
class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(gauge) {}
  void set(double value);
  void add(double amount = 1);
  double value() const;

 private:
  prometheus::Gauge& gauge_;
};

/// The distribution of a quantity over buckets.
class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram& histogram_;
};

/// The metric of this name and labels, made at the first call. Names carry the unit
/// ("sesame_http_requests_total", "sesame_commit_seconds"); one name is one kind of metric, anything else
/// throws std::invalid_argument.
Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
/// `bounds` are the upper ends of the buckets, ascending; they count at the first call for a name and labels.
Histogram& histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                     const Labels& labels = {});

/// All metrics in the text form that Prometheus reads.
std::string metrics_text();

}  // namespace sesame
