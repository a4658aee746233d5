#include "apps/verify/exec/check_program.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "autograd/check/diagnosis.h"
#include "autograd/check/text.h"
#include "autograd/check/within_budget.h"
#include "autograd/tensor/error.h"

namespace verify {

namespace check = autograd::check;
using autograd::check::number;

namespace {

std::string plural(std::int64_t count, const std::string& what, const std::string& plural_end) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : plural_end);
}

class Judge {
 public:
  Judge(Program& program, const ProgramOptions& options)
      : program_(program), options_(options), meter_(options.spending) {}

  check::Report run() {
    ask_first();
    check::Report report = compare();
    report.claim = "the gradient of " + program_.name();
    report.reference = "differences of its loss";
    report.loss = loss_;
    report.diagnoses = check::diagnose(report);
    add_findings(report);
    return report;
  }

 private:
  bool is_single() const { return options_.dtype == autograd::f32; }

  /// The loss and the gradient at the program's own point, and the loss once more.
  void ask_first() {
    loss_ = program_.loss(program_.point());
    if (!std::isfinite(loss_)) {
      program_.fail("its loss at its own parameters is " + number(loss_) +
                    "; expected a finite number");
    }
    claimed_ = program_.gradient(program_.point());
    again_ = program_.loss(program_.point());
    const double most = (is_single() ? 1e-4 : 1e-8) * std::max(std::abs(loss_), std::abs(again_));
    if (!(std::abs(again_ - loss_) <= most)) {
      program_.fail("its loss at the same parameters was " + number(loss_, 17) + " and then " +
                    number(again_, 17) +
                    "; expected a deterministic function: seed what is random, such as dropout, "
                    "anew in each call, and change no state");
    }
  }

  double loss_at(std::span<const double> point) {
    const double value = program_.loss(point);
    ++asked_;
    if (!std::isfinite(value)) ++not_finite_;
    return value;
  }

  check::Report compare() {
    check::Claim claim;
    claim.blocks = program_.blocks();
    claim.values = claimed_;
    claim.gradient = [this](std::span<const double> point) { return program_.gradient(point); };
    check::CompareOptions how;
    how.estimate.parallel = false;
    try {
      constexpr double single = 0x1p-23, both = 0x1p-52;
      const auto loss = [this](std::span<const double> point) { return loss_at(point); };
      return check::compare_within(meter_, loss, program_.point(), claim,
                                   is_single() ? single : both, how);
    } catch (const autograd::Error& error) {
      meter_.show(1, 1, "");
      const bool by_the_estimate = std::string(error.what()).starts_with("estimate");
      if (not_finite_ == 0 || !by_the_estimate) throw;
      program_.fail("its loss is not a finite number however near its parameters (" +
                    std::string(error.what()) + ")");
    }
  }

  void add_findings(check::Report& report) const {
    std::vector<std::string>& findings = report.findings;
    if (again_ != loss_) {
      findings.push_back("the loss at the same parameters differs from call to call, by " +
                         number(std::abs(again_ - loss_), 2) +
                         ": the differences can be no better than that");
    }
    if (not_finite_ > 0) {
      findings.push_back("the loss was not a finite number at " + std::to_string(not_finite_) +
                         " of the " + std::to_string(asked_) +
                         " points it was asked for; steps that met them were left out");
    }
    add_dead_blocks(report);
    report.cost = plural(program_.losses(), "loss", "es") + " and " +
                  plural(program_.gradients(), "gradient", "s") + " in " + meter_.text();
  }

  /// Parameters that the loss does not feel. Where it feels none, there is nothing to hold a claim
  /// of zeros against.
  void add_dead_blocks(check::Report& report) const {
    std::size_t dead = 0;
    for (const check::BlockReport& block : report.blocks) {
      if (block.largest_reference > 0) continue;
      ++dead;
      report.findings.push_back("the loss does not depend on " + block.block.name +
                                ": no entry of it changes the loss");
    }
    if (dead == report.blocks.size() && report.verdict == check::Verdict::agree) {
      report.verdict = check::Verdict::cannot_tell;
      report.findings.push_back(
          "the loss depends on no parameter at all; does it use the numbers that come with the "
          "request?");
    }
  }

  Program& program_;
  const ProgramOptions& options_;
  check::Meter meter_;
  double loss_ = 0, again_ = 0;
  std::vector<double> claimed_;
  std::int64_t asked_ = 0, not_finite_ = 0;
};

}  // namespace

check::Report check_program(Program& program, const ProgramOptions& options) {
  check::Report report = Judge(program, options).run();
  program.quit();
  return report;
}

}  // namespace verify
