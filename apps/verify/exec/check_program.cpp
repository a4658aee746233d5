#include "apps/verify/exec/check_program.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "apps/verify/exec/sample.h"
#include "autograd/check/compare.h"
#include "autograd/check/diagnosis.h"
#include "autograd/check/text.h"
#include "autograd/tensor/error.h"

namespace verify {

namespace check = autograd::check;
using autograd::check::number;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double per_entry = 7;     // losses, a hard one among them now and then
constexpr double per_block = 1200;  // losses for the pilots that find a block's step

std::string plural(std::int64_t count, const std::string& what, const std::string& plural_end) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : plural_end);
}

class Judge {
 public:
  Judge(Program& program, const ProgramOptions& options) : program_(program), options_(options) {}

  check::Report run() {
    ask_first();
    plan();
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

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  /// The loss and the gradient at the program's own point, and the loss once more.
  void ask_first() {
    loss_ = program_.loss(program_.point());
    if (!std::isfinite(loss_)) {
      program_.fail("its loss at its own parameters is " + number(loss_) +
                    "; expected a finite number");
    }
    claimed_ = program_.gradient(program_.point());
    const auto before = Clock::now();
    again_ = program_.loss(program_.point());
    one_loss_ = std::chrono::duration<double>(Clock::now() - before).count();
    const double most = (is_single() ? 1e-4 : 1e-8) * std::max(std::abs(loss_), std::abs(again_));
    if (!(std::abs(again_ - loss_) <= most)) {
      program_.fail("its loss at the same parameters was " + number(loss_, 17) + " and then " +
                    number(again_, 17) +
                    "; expected a deterministic function: seed what is random, such as dropout, "
                    "anew in each call, and change no state");
    }
  }

  void plan() {
    const auto blocks = static_cast<double>(program_.blocks().size());
    const auto entries = static_cast<double>(program_.point().size());
    const double losses = options_.budget / std::max(one_loss_, 1e-9);
    const double most = std::min((losses - blocks * per_block) / per_entry, entries);
    // Some of each block, whatever it takes.
    sample_ = check_sample(std::max(most, 16 * blocks));
    const double predicted =
        one_loss_ * (blocks * per_block + static_cast<double>(sample_.chosen.size()) * per_entry);
    if (!options_.announce) return;
    options_.announce("about " + number(predicted, 2) + " s for the differences of " +
                      std::to_string(sample_.chosen.size()) +
                      (sample_.chosen.size() == 1 ? " entry" : " entries") +
                      (sample_.whole ? "" : ", a sample; --budget buys more"));
  }

  Sample check_sample(double most) const {
    return draw_sample(program_.blocks(), static_cast<std::int64_t>(most), claimed_);
  }

  double loss_at(std::span<const double> chosen) {
    const double value = program_.loss(sample_.put(chosen, program_.point()));
    ++asked_;
    if (!std::isfinite(value)) ++not_finite_;
    return value;
  }

  check::Report compare() {
    check::Claim claim;
    claim.blocks = sample_.blocks;
    claim.values = sample_.pick(claimed_);
    claim.gradient = [this](std::span<const double> chosen) {
      return sample_.pick(program_.gradient(sample_.put(chosen, program_.point())));
    };
    check::CompareOptions how;
    how.estimate.parallel = false;
    how.estimate.progress = [this](std::int64_t done, std::int64_t total) {
      options_.progress.show(program_.name(), static_cast<std::size_t>(done),
                             static_cast<std::size_t>(total), "entries");
    };
    const check::BlackBox probe([this](std::span<const double> chosen) { return loss_at(chosen); },
                                sample_.pick(program_.point()));
    try {
      const auto reference = check::estimate_gradient(probe, claim.blocks, how.estimate);
      constexpr double single = 0x1p-23, both = 0x1p-52;
      claim.allowance =
          check::rounding_allowance(reference, claim.blocks, is_single() ? single : both);
      return check::compare(probe, claim, reference, how);
    } catch (const autograd::Error& error) {
      options_.progress.clear();
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
    add_sample(report);
    report.cost = plural(program_.losses(), "loss", "es") + " and " +
                  plural(program_.gradients(), "gradient", "s") + " in " + number(seconds(), 2) +
                  " s";
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

  void add_sample(check::Report& report) const {
    if (sample_.whole) return;
    report.blind.push_back("an entry outside the sample: " + std::to_string(sample_.chosen.size()) +
                           " of " + std::to_string(program_.point().size()) +
                           " were checked within --budget " + number(options_.budget) + " s");
    for (std::size_t b = 0; b < report.blocks.size(); ++b) {
      const check::Block& whole = program_.blocks()[b];
      const check::Block& mine = report.blocks[b].block;
      if (mine.name == whole.name) continue;
      for (const check::Entry& e : report.blocks[b].worst) {
        if (e.verdict != check::Verdict::disagree) continue;
        const auto place = sample_.chosen[static_cast<std::size_t>(e.index)];
        report.findings.push_back(mine.entry_name(e.index) + " is " + whole.entry_name(place));
      }
    }
  }

  Program& program_;
  const ProgramOptions& options_;
  Clock::time_point start_ = Clock::now();
  double loss_ = 0, again_ = 0, one_loss_ = 0;
  std::vector<double> claimed_;
  Sample sample_;
  std::int64_t asked_ = 0, not_finite_ = 0;
};

}  // namespace

check::Report check_program(Program& program, const ProgramOptions& options) {
  check::Report report = Judge(program, options).run();
  program.quit();
  return report;
}

}  // namespace verify
