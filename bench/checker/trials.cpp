#include "bench/checker/trials.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "apps/verify/by_hand/bugs.h"
#include "apps/verify/check/network_program.h"
#include "autograd/tensor/factories.h"
#include "bench/checker/unusual.h"

namespace bench {

namespace check = autograd::check;
using autograd::Dtype;
using by_hand::Bug;
using check::Verdict;
using verify::NetworkClaim;

namespace {

constexpr std::uint64_t clean_seeds = 10'000, bug_seeds = 1'000'000;

template <class T>
void fill(NetworkClaim& claim, const Bug* bug) {
  const std::vector<T> point(claim.point.begin(), claim.point.end());
  const std::span<const T> at(point);
  const auto result = bug == nullptr ? by_hand::mlp<T>(claim.network, claim.samples, at)
                                     : by_hand::mlp_with<T>(*bug, claim.network, claim.samples, at);
  claim.gradient.assign(result.gradient.begin(), result.gradient.end());
}

NetworkClaim claim_of(const Fresh& fresh, const Bug* bug, Dtype dtype) {
  NetworkClaim claim;
  claim.network = fresh.network;
  claim.samples = fresh.samples;
  claim.point = fresh.point;
  claim.dtype = dtype;
  dtype == autograd::f32 ? fill<float>(claim, bug) : fill<double>(claim, bug);
  return claim;
}

// Whether two gradients differ by more than their rounding in some block.
bool differ(const NetworkClaim& a, const NetworkClaim& b) {
  const double rounding = a.dtype == autograd::f32 ? 1e-6 : 1e-12;
  for (const verify::Array& block : arrays(a.network)) {
    double largest = 0, difference = 0;
    for (std::size_t i = block.offset; i < block.offset + block.size(); ++i) {
      largest = std::max({largest, std::abs(a.gradient[i]), std::abs(b.gradient[i])});
      difference = std::max(difference, std::abs(a.gradient[i] - b.gradient[i]));
    }
    if (difference > rounding * largest) return true;
  }
  return false;
}

bool exceeds_resolution(const check::Report& report) {
  for (const check::BlockReport& block : report.blocks) {
    const auto begin = report.entries.begin() + block.block.offset;
    if (std::any_of(begin, begin + block.block.count(), [&](const check::Entry& e) {
          return e.difference > block.resolution && !e.reference.kink;
        })) {
      return true;
    }
  }
  return false;
}

void judge_names(const check::Report& report, const Bug& bug, Finds& finds) {
  bool right = false, wrong = false;
  for (const check::Diagnosis& d : report.diagnoses) {
    if (d.verdict != Verdict::disagree || d.cause == "unknown") continue;
    const bool named =
        !bug.cause.empty() && (d.cause == bug.cause ||
                               std::find(d.ties.begin(), d.ties.end(), bug.cause) != d.ties.end());
    right = right || named;
    wrong = wrong || !named;
  }
  finds.named += right;
  finds.misnamed += wrong && !right;
}

void try_bug(const Bug& bug, const Fresh& fresh, Dtype dtype, Finds& finds) {
  if (!bug.applies(fresh.network, fresh.samples)) return;
  const NetworkClaim claim = claim_of(fresh, &bug, dtype);
  if (!differ(claim, claim_of(fresh, nullptr, dtype))) return;
  const check::Report report = check_network(claim);
  const bool found = report.verdict == Verdict::disagree;
  const bool visible = exceeds_resolution(report);
  ++finds.trials;
  finds.found += found;
  finds.visible += visible;
  finds.visible_found += visible && found;
  if (found) judge_names(report, bug, finds);
}

}  // namespace

NetworkClaim claim_of(const Fresh& fresh, const std::string& bug, Dtype dtype) {
  return claim_of(fresh, bug.empty() ? nullptr : by_hand::find_bug(bug), dtype);
}

Alarms count_alarms(std::int64_t networks, Dtype dtype, const Report& report) {
  Alarms alarms;
  const auto all = regimes();
  const std::size_t kinds = all.size() + 2;
  for (std::int64_t i = 0; i < networks; ++i) {
    const std::size_t kind = static_cast<std::size_t>(i) % kinds;
    const std::uint64_t seed = clean_seeds + static_cast<std::uint64_t>(i) / kinds;
    const auto judged = [&] {
      if (kind == all.size()) return judge_layer_norm(seed, dtype);
      if (kind > all.size()) return judge_shifted_loss(seed, dtype);
      return check_network(claim_of(draw(all[kind], seed, dtype), nullptr, dtype));
    };
    const Verdict verdict = judged().verdict;
    ++alarms.networks;
    alarms.alarms += verdict == Verdict::disagree;
    alarms.cannot_tell += verdict == Verdict::cannot_tell;
    report(static_cast<double>(i + 1) / static_cast<double>(networks));
  }
  return alarms;
}

Finds count_finds(bool listed, std::int64_t networks_a_bug, Dtype dtype, const Report& report) {
  Finds finds;
  const auto bugs = listed ? by_hand::listed_bugs() : by_hand::unlisted_bugs();
  for (std::size_t b = 0; b < bugs.size(); ++b) {
    for (std::int64_t i = 0; i < networks_a_bug; ++i) {
      const std::uint64_t seed = bug_seeds + static_cast<std::uint64_t>(i);
      for (const Regime regime : {Regime::nominal, Regime::smaller_loss}) {
        try_bug(bugs[b], draw(regime, seed, dtype), dtype, finds);
      }
    }
    report(static_cast<double>(b + 1) / static_cast<double>(bugs.size()));
  }
  return finds;
}

}  // namespace bench
