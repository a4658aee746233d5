#include "autograd/witness/check.h"

#include <algorithm>
#include <cmath>

#include "autograd/check/confirm.h"
#include "autograd/check/text.h"
#include "autograd/check/within_budget.h"
#include "autograd/tape/replay.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/witness/curve.h"
#include "autograd/witness/explain.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/kinks.h"
#include "autograd/witness/program_probe.h"
#include "autograd/witness/projection.h"
#include "autograd/witness/rounding.h"

namespace autograd::check {
namespace {

double epsilon_of(Dtype dtype) { return dtype == f32 ? 0x1p-24 : 0x1p-53; }

void check_arguments(const Program& f, std::span<const Tensor> parameters, const Claim& claim) {
  check_claim(claim, flatten(parameters).size());
  if (claim.blocks.size() != parameters.size()) {
    throw Error("check: the claim has " + std::to_string(claim.blocks.size()) +
                " blocks; expected one for each of " + std::to_string(parameters.size()) +
                " parameters");
  }
  for (const Tensor& x : parameters) {
    if (!is_floating(x.dtype())) {
      throw Error("check: the parameters must be f32 or f64; got " + std::string(name(x.dtype())) +
                  "; let the function keep what has no gradient");
    }
  }
  if (f.outputs() == 0) throw Error("check: the program has no output; expected a scalar");
}

double value_of(const Program& f, std::span<const Tensor> parameters) {
  const Tensor y = f(parameters)[0];
  if (y.size() != 1) {
    throw Error("check: the function's value must be a scalar; got " + to_string(y.shape()));
  }
  const double value = y.item();
  if (!std::isfinite(value)) {
    throw Error("check: the function is " + number(value) +
                " at the point; expected a finite number");
  }
  return value;
}

// What the parts of a check cost, in runs of the program forward and backward; as measured on
// networks of a thousand to a hundred thousand parameters.
constexpr double runs_of_rounding = 28;     // with random roundings: ten forward, five of them back
constexpr double runs_of_duals = 3;         // a block
constexpr double runs_of_differences = 55;  // a block
constexpr double runs_of_double_double = 23;
constexpr double runs_of_a_mistake = 0.5;
constexpr double runs_of_curve = 0.5 * curve_values;
constexpr double runs_of_patterns = 190;  // that are looked for in a wrong claim

// A check of a recorded program in f64.
class ProgramCheck {
 public:
  ProgramCheck(const Program& f, std::span<const Tensor> parameters, const Claim& claim,
               const CheckOptions& options, Dtype claimed_in)
      : f_(f),
        parameters_(parameters.begin(), parameters.end()),
        claim_(claim),
        options_(options),
        claimed_in_(claimed_in),
        meter_(options.spending),
        loss_(value_of(f, parameters)),
        anatomy_(f, parameters),
        gradient_(anatomy_.gradient()),
        one_run_(meter_.spent() / 2) {}

  Report run() {
    plan();
    exact_ = rounding_of(f_, parameters_, epsilon_of(f64), options_.seed);
    if (claimed_in_ == f32) single_ = rounding_of(f_, parameters_, epsilon_of(f32), options_.seed);
    done(claimed_in_ == f32 ? 2 * runs_of_rounding : runs_of_rounding);
    Report report;
    if (!tape_is_right(report)) {
      report = by_differences(std::move(report));
    } else {
      judge_entries(report);
      judge_again(report);
      judge_loss(report);
    }
    report.claim = claim_.name;
    report.loss = loss_;
    report.claimed_loss = claim_.loss;
    find_silent_blocks(report);
    look_for_causes(report);
    meter_.show(1, 1, "");
    report.left_out.insert(report.left_out.end(), meter_.left_out().begin(),
                           meter_.left_out().end());
    report.cost = meter_.text();
    return report;
  }

 private:
  double cost_of(double runs) const { return runs * one_run_; }

  void plan() {
    const auto blocks = static_cast<double>(claim_.blocks.size());
    const auto mistakes =
        static_cast<double>(mutants_of(anatomy_, claim_.blocks, claim_.values).size());
    runs_ = claimed_in_ == f32 ? 2 * runs_of_rounding : runs_of_rounding;
    runs_ += blocks * (f_.has_jvp() ? runs_of_duals : runs_of_differences);
    if (can_replay<kernels::DoubleDouble>(f_)) runs_ += runs_of_double_double;
    if (options_.blind) runs_ += mistakes * runs_of_a_mistake;
    if (options_.curve) runs_ += runs_of_curve;
    runs_if_wrong_ = mistakes * runs_of_a_mistake + runs_of_patterns;
    meter_.predict(cost_of(runs_), "the check of " + std::to_string(gradient_.size()) +
                                       " entries, and " + duration(cost_of(runs_if_wrong_)) +
                                       " to look for the cause if it is wrong");
  }

  // Tells that so much more of the plan is done.
  void done(double runs) {
    runs_done_ += runs;
    meter_.show(static_cast<std::int64_t>(std::min(runs_done_, runs_ - 1)),
                static_cast<std::int64_t>(runs_), "runs");
  }

  bool tape_is_right(Report& report) {
    bool right = true;
    const bool has_dual = f_.has_jvp();
    const auto doubt = [&](const std::string& of, const Projection& p, const std::string& who) {
      if (p.agree() || has_kinks()) return;
      right = false;
      report.findings.push_back(
          "the tape's own gradient" + of + " does not stand: along a random direction it says " +
          number(p.gradient, 8) + ", " + who + " say " + number(p.witness, 8) +
          "; the claim is held against differences instead");
    };
    const double runs = has_dual ? runs_of_duals : runs_of_differences;
    bool verified = false;
    for (std::size_t b = 0; b < claim_.blocks.size(); ++b) {
      const std::string& name = claim_.blocks[b].name;
      if (claim_.blocks[b].count() == 0) continue;
      if (!meter_.affords(cost_of(runs), "verifying the tape's gradient of " + name)) continue;
      const auto look = has_dual ? project : project_by_differences;
      doubt(" of " + name,
            look(f_, parameters_, claim_.blocks, b, gradient_, exact_.gradient, options_.seed),
            has_dual ? "dual numbers" : "differences");
      verified = true;
      done(runs);
    }
    report.reference = "the tape";
    if (verified) {
      report.reference += std::string(", verified along random directions by ") +
                          (has_dual ? "dual numbers" : "differences");
    }
    if (can_replay<kernels::DoubleDouble>(f_) &&
        meter_.affords(cost_of(runs_of_double_double), "differences of 106 bits")) {
      doubt("",
            project_by_double_double(f_, parameters_, claim_.blocks, gradient_, exact_.gradient,
                                     options_.seed),
            "differences of 106 bits");
      report.reference += verified ? " and by" : ", verified along a random direction by";
      report.reference += " differences of 106 bits";
      done(runs_of_double_double);
    }
    return right;
  }

  // What the mistakes of the catalogue would look like here: which of them explains the claim, and
  // which could not be told from the truth.
  void look_for_causes(Report& report) {
    const std::vector<double> point = flatten(parameters_);
    const bool whole = report.entries.size() == gradient_.size();
    const bool wrong = report.verdict == Verdict::disagree;
    if (whole && (!wrong || meter_.affords(cost_of(runs_if_wrong_), "the search for the cause"))) {
      explain(report, anatomy_, point, options_.sizes, epsilon_of(claimed_in_));
    } else {
      report.diagnoses = diagnose(report, options_.sizes);
    }
    if (options_.blind && whole) {
      const double mistakes = runs_if_wrong_ - runs_of_patterns;
      if (meter_.affords(cost_of(mistakes), "the list of mistakes that would not show")) {
        report.blind = blind_spots(report, anatomy_, point);
        done(mistakes);
      }
    }
    if (!options_.curve) return;
    if (!meter_.affords(cost_of(runs_of_curve), "the curve of difference quotients")) return;
    const auto value = [this](std::span<const double> flat) {
      return f_(cut(flat, claim_.blocks))[0].item();
    };
    draw_curve(report, value, point, gradient_, options_.seed);
  }

  // At a kink the witnesses may follow other conventions than the tape.
  bool has_kinks() {
    if (!kinks_) kinks_ = kinks_of(anatomy_.walk(), parameters_.size(), exact_.values);
    return kinks_->units > 0;
  }

  std::vector<double> allowance() const {
    if (!claim_.allowance.empty()) return claim_.allowance;
    std::vector<double> allowance = rounding().gradient;
    // Below the normal numbers of the claim's precision nothing is left of relative errors.
    const double least = claimed_in_ == f32 ? 0x1p-120 : 0x1p-1010;
    for (double& a : allowance) a += least;
    return allowance;
  }

  const Rounding& rounding() const { return single_ ? *single_ : exact_; }

  void judge_entries(Report& report) {
    const std::vector<double> allowed = allowance();
    const Kinks kinks = kinks_of(anatomy_.walk(), parameters_.size(), rounding().values);
    for (const Block& block : claim_.blocks) {
      const auto begin = static_cast<std::size_t>(block.offset);
      const auto end = begin + static_cast<std::size_t>(block.count());
      double largest = 0;
      for (std::size_t i = begin; i < end; ++i) largest = std::max(largest, std::abs(gradient_[i]));
      for (std::size_t i = begin; i < end; ++i) {
        Estimate reference;
        reference.value = reference.left = reference.right = gradient_[i];
        reference.bar = exact_.gradient[i] / 3;
        if (kinks.units > 0) set_slopes(reference, kinks, i, allowed[i]);
        report.entries.push_back(
            judge(static_cast<std::int64_t>(i), claim_.values[i], reference, allowed[i], largest));
      }
      report.blocks.push_back(summarize(block, std::span(report.entries).subspan(begin)));
    }
    report.verdict = overall(report);
    if (kinks.units > 0) {
      report.findings.push_back(std::to_string(kinks.units) +
                                " units stand at a kink, to within rounding; there every slope "
                                "between the left and the right one is accepted");
    }
  }

  // The sides were not chosen in every combination; so there is as much room again on both ends.
  static void set_slopes(Estimate& reference, const Kinks& kinks, std::size_t i, double allowed) {
    const double width = kinks.high[i] - kinks.low[i];
    const double more = kinks.units > 1 ? width : 0;
    reference.left = kinks.low[i] - more;
    reference.right = kinks.high[i] + more;
    reference.jump = width;
    reference.jump_bar = reference.bar;
    reference.kink = width > allowed;
  }

  // The claim at its own point a second time, if it can be asked for.
  void judge_again(Report& report) {
    if (!claim_.gradient) return;
    report.repeatable = asks_the_same(claim_, flatten(parameters_), allowance());
    if (report.repeatable) return;
    report.findings.emplace_back(
        "the claim gave another answer when asked a second time at the same point: a buffer that "
        "is "
        "not set to zero, or random numbers without a seed");
    report.verdict = Verdict::disagree;
  }

  void judge_loss(Report& report) {
    if (!claim_.loss) return;
    const double allowed = rounding().loss + 1e3 * epsilon_of(claimed_in_) * std::abs(loss_);
    if (std::abs(*claim_.loss - loss_) <= allowed) return;
    std::string text = "the claimed loss is " + number(*claim_.loss, 9) + ", the function's is " +
                       number(loss_, 9);
    const double times = *claim_.loss / loss_;
    const auto n = static_cast<double>(anatomy_.batch());
    if (n > 1 && std::abs(times / n - 1) < 1e-4) {
      text += ": " + number(n) + " times as large, summed over the batch instead of averaged";
    } else if (n > 1 && std::abs(times * n - 1) < 1e-4) {
      text += ": " + number(n) + " times too small, averaged over the batch once too often";
    }
    report.findings.push_back(text);
    report.verdict = Verdict::disagree;
  }

  // Differences of the function itself, where the tape is not believed.
  Report by_differences(Report so_far) {
    Claim claim = claim_;
    claim.allowance = allowance();
    Report report = compare_within(meter_, ProgramProbe(f_, parameters_), claim,
                                   epsilon_of(claimed_in_), options_.differences);
    report.reference = "differences of the function with error bars";
    report.findings.insert(report.findings.begin(), so_far.findings.begin(), so_far.findings.end());
    return report;
  }

  void find_silent_blocks(Report& report) const {
    for (const BlockReport& block : report.blocks) {
      if (block.block.count() == 0 || block.largest_reference > 0) continue;
      report.findings.push_back("the loss does not depend on " + block.block.name +
                                " at this point: all of its gradient is 0");
    }
  }

  const Program& f_;
  std::vector<Tensor> parameters_;
  const Claim& claim_;
  const CheckOptions& options_;
  Dtype claimed_in_;
  Meter meter_;
  double loss_;
  Anatomy anatomy_;
  std::vector<double> gradient_;  // the tape's
  double one_run_;                // seconds, forward and backward
  double runs_ = 0, runs_done_ = 0, runs_if_wrong_ = 0;
  Rounding exact_;                  // of float64
  std::optional<Rounding> single_;  // of float32, if the claim is in it
  std::optional<Kinks> kinks_;
};

}  // namespace

Report check(const Program& f, std::span<const Tensor> parameters, const Claim& claim,
             const CheckOptions& options) {
  check_arguments(f, parameters, claim);
  const bool single = holds_f32(parameters);
  const Dtype claimed_in = options.dtype.value_or(single ? f32 : f64);
  if (!single) return ProgramCheck(f, parameters, claim, options, claimed_in).run();
  const Program wide = f.in_f64(parameters);
  return ProgramCheck(wide, widened(parameters), claim, options, claimed_in).run();
}

Report check(const TensorFunction& f, std::span<const Tensor> parameters, const Claim& claim,
             const CheckOptions& options) {
  const auto recorded = [&f](std::span<const Tensor> x) { return std::vector{f(x)}; };
  return check(Program::record(recorded, {parameters.begin(), parameters.end()}), parameters, claim,
               options);
}

}  // namespace autograd::check
