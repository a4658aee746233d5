#include "autograd/check/spending.h"

#include "autograd/check/text.h"

namespace autograd::check {

Meter::Meter(const Spending& spending) : spending_(spending) {}

double Meter::spent() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

double Meter::left() const { return spending_.budget - spent(); }

void Meter::predict(double seconds, const std::string& on) {
  predicted_ = spent() + seconds;
  if (spending_.announce) spending_.announce("about " + duration(seconds) + " for " + on);
}

bool Meter::affords(double seconds, const std::string& part) {
  if (seconds <= left()) return true;
  left_out_.push_back(part + " (about " + duration(seconds) + ")");
  return false;
}

void Meter::show(std::int64_t done, std::int64_t total, const std::string& units) const {
  if (spending_.progress) spending_.progress(done, total, units);
}

std::string Meter::text() const {
  return duration(spent()) +
         (predicted_ > 0 ? "; " + duration(predicted_) + " were predicted" : "");
}

std::string duration(double seconds) {
  if (seconds < 0.0995) return number(1e3 * seconds, 2) + " ms";
  return number(seconds, seconds < 99.5 ? 2 : 6) + " s";
}

}  // namespace autograd::check
