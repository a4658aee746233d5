#include "bench/checker/files.h"

#include <fmt/format.h>

#include "apps/npz/npz.h"
#include "apps/verify/by_hand/bugs.h"
#include "apps/verify/check/network_program.h"
#include "apps/verify/report/file.h"
#include "autograd/ops/elementwise.h"
#include "autograd/tensor/factories.h"
#include "bench/checker/trials.h"

namespace bench {

using autograd::Dtype;
using autograd::Index;
using autograd::Tensor;
using verify::NetworkClaim;

namespace {

Tensor matrix(const std::vector<double>& numbers, std::size_t rows) {
  return Tensor::of(std::span<const double>(numbers),
                    {static_cast<Index>(rows), static_cast<Index>(numbers.size() / rows)});
}

apps::Arrays arrays_of(const NetworkClaim& claim) {
  apps::Arrays all;
  const std::size_t N = claim.samples.count;
  all["X"] = matrix(claim.samples.x, N);
  all["Y"] = matrix(claim.samples.targets, N);
  all["loss"] = Tensor::of(std::span<const double>(&*claim.loss, 1), {});
  for (std::size_t l = 0; l < claim.samples.masks.size(); ++l) {
    all["mask" + std::to_string(l + 1)] = matrix(claim.samples.masks[l], N);
  }
  const auto point = verify::tensors_of(claim.network, claim.point);
  const auto gradient = verify::tensors_of(claim.network, claim.gradient);
  const auto blocks = verify::arrays(claim.network);
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    all[blocks[k].name] = point[k];
    all["d" + blocks[k].name] = to(gradient[k], claim.dtype);
  }
  return all;
}

std::string told(const NetworkClaim& claim, const std::string& regime, const std::string& bug) {
  std::string hidden;
  for (const verify::Activation a : claim.network.hidden) {
    hidden += fmt::format("{}\"{}\"", hidden.empty() ? "" : ", ", to_string(a));
  }
  return fmt::format(
      "{{\"hidden\": [{}], \"output\": \"{}\", \"loss\": \"{}\", \"reduction\": \"{}\", \"l2\": "
      "{:.17g}, \"scale\": {:.17g}, \"regime\": \"{}\", \"dtype\": \"{}\", \"bug\": \"{}\"}}\n",
      hidden, to_string(claim.network.output), to_string(claim.network.loss),
      claim.network.average ? "mean" : "sum", claim.network.l2, claim.network.scale, regime,
      claim.dtype == autograd::f32 ? "float32" : "float64", bug);
}

void write(const std::filesystem::path& folder, const Fresh& fresh, Dtype dtype,
           const std::string& bug, std::int64_t number) {
  NetworkClaim claim = claim_of(fresh, bug, dtype);
  claim.loss = loss_of(claim.network, claim.samples, claim.point);
  const std::string file =
      fmt::format("{}-{}-{}-{}", bug.empty() ? "right" : bug, static_cast<int>(fresh.regime),
                  std::string(name(dtype)), number);
  apps::write_npz(folder / (file + ".npz"), arrays_of(claim));
  verify::write_whole(folder / (file + ".json"), told(claim, to_string(fresh.regime), bug));
}

}  // namespace

void write_files(const std::filesystem::path& folder, std::int64_t networks) {
  for (const Dtype dtype : {autograd::f64, autograd::f32}) {
    for (const Regime regime : regimes()) {
      for (std::int64_t i = 0; i < networks; ++i) {
        write(folder, draw(regime, 30'000 + static_cast<std::uint64_t>(i), dtype), dtype, "", i);
      }
    }
    for (const by_hand::Bug& bug : by_hand::listed_bugs()) {
      for (const Regime regime : {Regime::nominal, Regime::smaller_loss}) {
        // The first network that the bug has a place in.
        for (std::uint64_t seed = 40'000;; ++seed) {
          const Fresh fresh = draw(regime, seed, dtype);
          if (!bug.applies(fresh.network, fresh.samples)) continue;
          write(folder, fresh, dtype, bug.name, 0);
          break;
        }
      }
    }
  }
}

}  // namespace bench
