#include "base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>

namespace sesame {

namespace {

/// Never destroyed: a thread that ends late may still count.
prometheus::Registry& registry() {
  static auto* const instance = new prometheus::Registry();
  return *instance;
}

/// Gives each of the library's metrics one wrapper with a lasting address.
template <class Wrapper, class Metric>
Wrapper& wrapper_of(Metric& metric) {
  static auto* const mutex = new std::mutex();
  static auto* const wrappers = new std::map<const Metric*, Wrapper*>();
  const std::lock_guard lock(*mutex);
  Wrapper*& wrapper = (*wrappers)[&metric];
  if (wrapper == nullptr) wrapper = new Wrapper(metric);
  return *wrapper;
}

}  // namespace

void Counter::add(double amount) { counter_.Increment(amount); }
double Counter::value() const { return counter_.Value(); }
void Gauge::set(double value) { gauge_.Set(value); }
void Gauge::add(double amount) { gauge_.Increment(amount); }
double Gauge::value() const { return gauge_.Value(); }
void Histogram::observe(double value) { histogram_.Observe(value); }

Counter& counter(const std::string& name, const std::string& help, const Labels& labels) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(registry());
  return wrapper_of<Counter>(family.Add(labels));
}

Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry());
  return wrapper_of<Gauge>(family.Add(labels));
}

Histogram& histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                     const Labels& labels) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(registry());
  return wrapper_of<Histogram>(family.Add(labels, bounds));
}

std::string metrics_text() { return prometheus::TextSerializer().Serialize(registry().Collect()); }

}  // namespace sesame
