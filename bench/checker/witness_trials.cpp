#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "apps/verify/by_hand/mlp_forward.h"
#include "apps/verify/check/network_program.h"
#include "autograd/tensor/factories.h"
#include "autograd/tensor/random.h"
#include "autograd/witness/flat.h"
#include "autograd/witness/projection.h"
#include "autograd/witness/rounding.h"
#include "autograd/witness/witnesses.h"
#include "bench/checker/trials.h"

namespace bench {

namespace check = autograd::check;
using autograd::Random;
using verify::Activation;

namespace {

bool is_smooth(const verify::Network& network) {
  return std::none_of(network.hidden.begin(), network.hidden.end(), [](Activation a) {
    return a == Activation::relu || a == Activation::leaky_relu || a == Activation::elu;
  });
}

std::vector<check::Block> blocks_of(const verify::Network& network) {
  std::vector<check::Block> blocks;
  for (const verify::Array& a : arrays(network)) {
    check::Block block{a.name, {static_cast<std::int64_t>(a.rows)}, 0};
    if (!a.is_bias) block.shape.push_back(static_cast<std::int64_t>(a.columns));
    block.offset = static_cast<std::int64_t>(a.offset);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// A network with random samples and parameters of the usual sizes.
Fresh usual(std::vector<std::size_t> widths, Activation hidden, std::size_t samples) {
  Random random(5);
  Fresh fresh;
  fresh.network.widths = std::move(widths);
  fresh.network.hidden.assign(fresh.network.layers() - 1, hidden);
  fresh.network.biases.assign(fresh.network.layers(), true);
  const std::size_t c = fresh.network.widths.back();
  if (c == 1) {
    fresh.network.output = verify::Output::identity;
    fresh.network.loss = verify::Loss::squared_error;
  }
  fresh.samples.count = samples;
  for (std::size_t i = 0; i < samples * fresh.network.widths[0]; ++i) {
    fresh.samples.x.push_back(random.uniform());
  }
  fresh.samples.targets.assign(samples * c, 0);
  for (std::size_t n = 0; n < samples; ++n) {
    fresh.samples.targets[n * c + n % c] = c == 1 ? random.normal() : 1;
  }
  for (const verify::Array& a : arrays(fresh.network)) {
    const double deviation = a.is_bias ? 0.01 : 1 / std::sqrt(static_cast<double>(a.columns));
    for (std::size_t i = 0; i < a.size(); ++i) fresh.point.push_back(deviation * random.normal());
  }
  return fresh;
}

double seconds_for(const Fresh& fresh) {
  const verify::NetworkClaim claim = claim_of(fresh, "", autograd::f64);
  std::vector<double> seconds;
  for (int run = 0; run < 7; ++run) {
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(check_network(claim));
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + 3, seconds.end());
  return seconds[3];
}

}  // namespace

Bars count_bars(std::int64_t networks, const Report& report) {
  Bars bars;
  std::int64_t done = 0;
  for (std::uint64_t seed = 0; done < networks; ++seed) {
    const Fresh fresh = draw(Regime::nominal, 500'000 + seed, autograd::f64);
    if (!is_smooth(fresh.network)) continue;
    const check::Function f = [&](std::span<const double> p) {
      return by_hand::forward<double>(fresh.network, fresh.samples, p).loss;
    };
    const auto blocks = blocks_of(fresh.network);
    const auto estimates = check::estimate_gradient(f, fresh.point, blocks);
    const auto program = program_of(fresh.network, fresh.samples, fresh.point);
    const auto exact = check::flatten(program.vjp(verify::tensors_of(fresh.network, fresh.point),
                                                  std::vector{autograd::Tensor(1.0)}));
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const double error = std::abs(estimates[i].value - exact[i]);
      ++bars.entries;
      bars.over += error > estimates[i].bar;
      bars.over_three += error > 3 * estimates[i].bar;
    }
    report(static_cast<double>(++done) / static_cast<double>(networks));
  }
  return bars;
}

double worst_double_double(std::int64_t networks) {
  double worst = 0;
  for (std::int64_t i = 0; i < networks; ++i) {
    const Fresh fresh =
        draw(Regime::nominal, 700'000 + static_cast<std::uint64_t>(i), autograd::f64);
    if (!is_smooth(fresh.network)) continue;
    const auto program = program_of(fresh.network, fresh.samples, fresh.point);
    std::vector<double> v = check::flatten(program.vjp(
        verify::tensors_of(fresh.network, fresh.point), std::vector{autograd::Tensor(1.0)}));
    double squares = 0;
    for (const double x : v) squares += x * x;
    for (double& x : v) x /= std::sqrt(squares);
    double low1 = 0, low2 = 0;
    const double one = check::double_double_along(program, fresh.point, v, 0x1p-36, &low1);
    const double two = check::double_double_along(program, fresh.point, v, 0x1p-37, &low2);
    worst = std::max(worst, std::abs((one - two) + (low1 - low2)) / std::abs(one));
  }
  return worst;
}

Needle find_needles(std::int64_t trials) {
  const Fresh fresh = usual({784, 128, 10}, Activation::tanh, 8);
  const auto program = program_of(fresh.network, fresh.samples, fresh.point);
  const auto parameters = verify::tensors_of(fresh.network, fresh.point);
  const auto blocks = blocks_of(fresh.network);
  const auto allowed = check::rounding_of(program, parameters, 0x1p-53).gradient;
  std::vector<double> g =
      check::flatten(program.vjp(parameters, std::vector{autograd::Tensor(1.0)}));
  std::vector<double> sizes = g;
  for (double& x : sizes) x = std::abs(x);
  std::nth_element(sizes.begin(), sizes.begin() + std::ssize(sizes) / 2, sizes.end());
  const double off = 1e-6 * sizes[sizes.size() / 2];
  Random random(11);
  Needle needle;
  for (std::int64_t t = 0; t < trials; ++t) {
    const auto i = static_cast<std::size_t>(random.below(static_cast<autograd::Index>(g.size())));
    std::size_t block = 0;
    while (static_cast<std::int64_t>(i) >= blocks[block].offset + blocks[block].count()) ++block;
    const double right = g[i];
    g[i] += off;
    // A direction that happens to be small in that entry misses it; another does not.
    bool found = false;
    for (std::uint64_t look = 0; look < 10 && !found; ++look) {
      const std::uint64_t seed = 100 * static_cast<std::uint64_t>(t) + look;
      found = !check::project(program, parameters, blocks, block, g, allowed, seed).agree();
    }
    g[i] = right;
    ++needle.trials;
    needle.found += found;
  }
  return needle;
}

double seconds_for_small_check() {
  return seconds_for(usual({2, 16, 16, 1}, Activation::tanh, 100));
}

double seconds_for_large_check() { return seconds_for(usual({784, 40, 10}, Activation::relu, 5)); }

}  // namespace bench
