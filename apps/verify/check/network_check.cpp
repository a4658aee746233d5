#include "apps/verify/check/network_check.h"

#include "apps/verify/check/network_program.h"
#include "autograd/witness/check.h"

namespace verify {

namespace check = autograd::check;

namespace {

std::vector<check::Block> blocks_of(const NetworkClaim& claim) {
  std::vector<check::Block> blocks;
  for (const Array& a : arrays(claim.network)) {
    check::Block block{a.name, {static_cast<std::int64_t>(a.rows)}, 0};
    if (!a.is_bias) block.shape.push_back(static_cast<std::int64_t>(a.columns));
    block.offset = static_cast<std::int64_t>(a.offset);
    if (blocks.size() < claim.names.size()) block.name = claim.names[blocks.size()];
    blocks.push_back(std::move(block));
  }
  return blocks;
}

check::KnownSizes sizes_of(const NetworkClaim& claim) {
  check::KnownSizes sizes;
  sizes.batch = static_cast<std::int64_t>(claim.samples.count);
  const Network& network = claim.network;
  const auto add = [&](const std::string& what, std::size_t size) {
    sizes.others.emplace_back(what, static_cast<std::int64_t>(size));
  };
  add("the number of inputs", network.widths.front());
  for (std::size_t l = 1; l + 1 < network.widths.size(); ++l) {
    add("the width of hidden layer " + std::to_string(l), network.widths[l]);
  }
  add("the number of outputs", network.widths.back());
  return sizes;
}

}  // namespace

double loss_of(const Network& network, const Samples& samples, std::span<const double> point) {
  return program_of(network, samples, point)(tensors_of(network, point))[0].item();
}

check::Report check_network(const NetworkClaim& claim, bool curve,
                            const check::Spending& spending) {
  const autograd::Program f = program_of(claim.network, claim.samples, claim.point);
  check::Claim claimed;
  claimed.blocks = blocks_of(claim);
  claimed.values = claim.gradient;
  claimed.gradient = claim.again;
  claimed.loss = claim.loss;
  claimed.name = claim.name;
  check::CheckOptions options;
  options.dtype = claim.dtype;
  options.sizes = sizes_of(claim);
  options.curve = curve;
  options.spending = spending;
  return check::check(f, tensors_of(claim.network, claim.point), claimed, options);
}

}  // namespace verify
