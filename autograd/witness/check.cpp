#include "autograd/witness/check.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "autograd/check/confirm.h"
#include "autograd/check/text.h"
#include "autograd/tape/replay.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/explain.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/kinks.h"
#include "autograd/witness/projection.h"
#include "autograd/witness/rounding.h"

namespace autograd::check {
namespace {

using Clock = std::chrono::steady_clock;

double epsilon_of(Dtype dtype) { return dtype == f32 ? 0x1p-24 : 0x1p-53; }

void check_arguments(const Program& f, std::span<const Tensor> parameters, const Claim& claim) {
  check_claim(claim, flatten(parameters).size());
  if (claim.blocks.size() != parameters.size()) {
    throw Error("check: the claim has " + std::to_string(claim.blocks.size()) +
                " blocks; expected one for each of " + std::to_string(parameters.size()) +
                " parameters");
  }
  for (const Tensor& x : parameters) {
    if (x.dtype() != f64) {
      throw Error("check: the parameters must be f64; got " + std::string(name(x.dtype())) +
                  "; convert with to(x, f64), and tell the claim's precision in the options");
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

// A check of a recorded program.
class ProgramCheck {
 public:
  ProgramCheck(const Program& f, std::span<const Tensor> parameters, const Claim& claim,
               const CheckOptions& options)
      : f_(f),
        parameters_(parameters.begin(), parameters.end()),
        claim_(claim),
        options_(options),
        loss_(value_of(f, parameters)),
        anatomy_(f, parameters),
        gradient_(anatomy_.gradient()),
        exact_(rounding_of(f, parameters, epsilon_of(f64), options.seed)) {}

  Report run() {
    const auto start = Clock::now();
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
    const std::vector<double> point = flatten(parameters_);
    explain(report, anatomy_, point, options_.sizes, epsilon_of(options_.dtype));
    if (options_.blind) {
      report.blind = blind_spots(report, anatomy_, point);
    }
    if (options_.curve) draw_curve(report);
    const std::chrono::duration<double> spent = Clock::now() - start;
    report.cost = number(1e3 * spent.count(), 3) + " ms";
    return report;
  }

 private:
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
    for (std::size_t b = 0; b < claim_.blocks.size(); ++b) {
      if (claim_.blocks[b].count() == 0) continue;
      const auto look = has_dual ? project : project_by_differences;
      doubt(" of " + claim_.blocks[b].name,
            look(f_, parameters_, claim_.blocks, b, gradient_, exact_.gradient, options_.seed),
            has_dual ? "dual numbers" : "differences");
    }
    report.reference = has_dual ? "the tape, verified along random directions by dual numbers"
                                : "the tape, verified along random directions by differences";
    if (can_replay<kernels::DoubleDouble>(f_)) {
      doubt("",
            project_by_double_double(f_, parameters_, claim_.blocks, gradient_, exact_.gradient,
                                     options_.seed),
            "differences of 106 bits");
      report.reference += " and by differences of 106 bits";
    }
    return right;
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
    const double least = options_.dtype == f32 ? 0x1p-120 : 0x1p-1010;
    for (double& a : allowance) a += least;
    return allowance;
  }

  const Rounding& rounding() const { return options_.dtype == f32 ? single() : exact_; }

  const Rounding& single() const {
    if (!single_) single_ = rounding_of(f_, parameters_, epsilon_of(f32), options_.seed);
    return *single_;
  }

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
    const double allowed = rounding().loss + 1e3 * epsilon_of(options_.dtype) * std::abs(loss_);
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
  Report by_differences(Report so_far) const {
    const auto function = [this](std::span<const double> flat) {
      return f_(cut(flat, claim_.blocks))[0].item();
    };
    Claim claim = claim_;
    claim.allowance = allowance();
    Report report = compare(Function(function), flatten(parameters_), claim, options_.differences);
    report.reference = "differences of the function with error bars";
    report.findings = std::move(so_far.findings);
    return report;
  }

  void find_silent_blocks(Report& report) const {
    for (const BlockReport& block : report.blocks) {
      if (block.block.count() == 0 || block.largest_reference > 0) continue;
      report.findings.push_back("the loss does not depend on " + block.block.name +
                                " at this point: all of its gradient is 0");
    }
  }

  void draw_curve(Report& report) const {
    Random random(options_.seed, 1000);
    const std::vector<double> point = flatten(parameters_);
    std::vector<double> v(point.size());
    double squares = 0, size = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      v[i] = random.normal();
      squares += v[i] * v[i];
      size += point[i] * point[i];
    }
    const double scale = std::sqrt(std::max(size, 1e-6) / std::max(squares, 1e-300));
    for (std::size_t i = 0; i < v.size(); ++i) {
      v[i] *= scale;
      report.curve_slope += gradient_[i] * v[i];
    }
    const auto at = [&](double step) {
      std::vector<double> moved = point;
      for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += step * v[i];
      return f_(cut(moved, claim_.blocks))[0].item();
    };
    for (int k = 0; k <= 30; ++k) {
      const double step = std::pow(10, -0.5 * k);
      const double up = at(step), down = at(-step);
      report.curve.push_back({step, std::abs((up - loss_) / step - report.curve_slope),
                              std::abs((up - down) / (2 * step) - report.curve_slope)});
    }
  }

  const Program& f_;
  std::vector<Tensor> parameters_;
  const Claim& claim_;
  const CheckOptions& options_;
  double loss_;
  Anatomy anatomy_;
  std::vector<double> gradient_;  // the tape's
  Rounding exact_;                // of float64
  mutable std::optional<Rounding> single_;
  std::optional<Kinks> kinks_;
};

}  // namespace

Report check(const Program& f, std::span<const Tensor> parameters, const Claim& claim,
             const CheckOptions& options) {
  check_arguments(f, parameters, claim);
  return ProgramCheck(f, parameters, claim, options).run();
}

Report check(const TensorFunction& f, std::span<const Tensor> parameters, const Claim& claim,
             const CheckOptions& options) {
  const auto recorded = [&f](std::span<const Tensor> x) { return std::vector{f(x)}; };
  return check(Program::record(recorded, {parameters.begin(), parameters.end()}), parameters, claim,
               options);
}

}  // namespace autograd::check
