#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

// What a check may cost: predicted before it is spent, told while it is, and kept within a budget.

namespace autograd::check {

struct Spending {
  /// Seconds, roughly. What does not fit is left out or sampled, and the report says what it was. A
  /// check runs the function and its rounding at least, however small the budget.
  double budget = std::numeric_limits<double>::infinity();
  /// Called once, before most of the time is spent, with what it will be spent on.
  std::function<void(const std::string&)> announce = {};
  /// Called now and then with the units of work done so far, of what kind they are.
  std::function<void(std::int64_t done, std::int64_t total, const std::string& units)> progress =
      {};
};

/// Keeps the account of one check. Its clock starts when it is made.
class Meter {
 public:
  explicit Meter(const Spending& spending);

  double spent() const;  ///< seconds
  double left() const;   ///< seconds of the budget

  /// Announces what is to come and keeps the figure for the report.
  void predict(double seconds, const std::string& on);

  /// Whether the budget still has room for a part of the work; otherwise it is noted as left out.
  bool affords(double seconds, const std::string& part);

  void show(std::int64_t done, std::int64_t total, const std::string& units) const;

  const std::vector<std::string>& left_out() const { return left_out_; }
  /// "1.2 s; 1.5 s were predicted".
  std::string text() const;

 private:
  Spending spending_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double predicted_ = 0;
  std::vector<std::string> left_out_;
};

/// "12 ms", "1.5 s".
std::string duration(double seconds);

}  // namespace autograd::check
