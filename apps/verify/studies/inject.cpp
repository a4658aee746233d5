#include "apps/verify/studies/inject.h"

#include <algorithm>

#include "apps/verify/studies/arrays.h"
#include "apps/verify/studies/problem.h"
#include "autograd/tensor/error.h"
#include "autograd/tensor/random.h"

namespace verify {
namespace {

constexpr double penalty = 0.01;
constexpr std::size_t batch = 5;

// A change that makes room for some bugs; false where it is none.
struct Change {
  std::string words;
  bool (*make)(NetworkClaim&);
};

bool add_penalty(NetworkClaim& claim) {
  claim.network.l2 = penalty;
  return true;
}

bool add_masks(NetworkClaim& claim) {
  autograd::Random random(1);
  claim.samples.masks.clear();
  for (std::size_t l = 0; l + 1 < claim.network.layers(); ++l) {
    std::vector<double> mask(claim.samples.count * claim.network.widths[l + 1]);
    for (double& m : mask) m = random.uniform() < 0.5 ? 2 : 0;
    claim.samples.masks.push_back(std::move(mask));
  }
  return !claim.samples.masks.empty();
}

bool use(NetworkClaim& claim, Activation activation) {
  std::fill(claim.network.hidden.begin(), claim.network.hidden.end(), activation);
  return !claim.network.hidden.empty();
}

bool use_softmax(NetworkClaim& claim) {
  claim.network.output = Output::softmax;
  claim.network.loss = Loss::cross_entropy;
  return true;
}

// The samples there are, and others made of them.
bool add_samples(NetworkClaim& claim) {
  Samples& s = claim.samples;
  const std::size_t d = claim.network.widths.front(), c = claim.network.widths.back();
  autograd::Random random(1);
  for (std::size_t n = s.count; n < batch; ++n) {
    for (std::size_t j = 0; j < d; ++j) s.x.push_back(s.x[j] * (0.5 + random.uniform()));
    for (std::size_t k = 0; k < c; ++k) s.targets.push_back(s.targets[(k + c - n % c) % c]);
  }
  s.count = batch;
  s.x = rounded(std::move(s.x), claim.dtype);
  return true;
}

// A hidden layer as wide as the output: then both biases have one shape.
bool narrow(NetworkClaim& claim) {
  const Network old = claim.network;
  const std::size_t d = old.widths.front(), c = old.widths.back();
  if (old.layers() != 2 || old.widths[1] < c) return false;
  claim.network.widths = {d, c, c};
  claim.network.biases = {true, true};
  std::vector<double> point;
  for (const Array& a : arrays(claim.network)) {
    for (std::size_t i = 0; i < a.rows; ++i) {
      for (std::size_t j = 0; j < a.columns; ++j) {
        const std::size_t from =
            a.layer == 0 ? i * d + j : old.widths[1] * d + i * old.widths[1] + j;
        point.push_back(a.is_bias ? 0.01 : claim.point[from % claim.point.size()]);
      }
    }
  }
  claim.point = rounded(std::move(point), claim.dtype);
  return true;
}

// Biases of 0 behind each weight matrix.
bool add_biases(NetworkClaim& claim) {
  const std::vector<Array> old = arrays(claim.network);
  claim.network.biases.assign(claim.network.layers(), true);
  std::vector<double> point(parameters(claim.network), 0.0);
  for (const Array& a : arrays(claim.network)) {
    for (const Array& b : old) {
      if (b.name != a.name) continue;
      std::copy_n(claim.point.begin() + static_cast<std::ptrdiff_t>(b.offset), b.size(),
                  point.begin() + static_cast<std::ptrdiff_t>(a.offset));
    }
  }
  claim.point = std::move(point);
  return true;
}

const std::vector<Change>& changes() {
  static const std::vector<Change> all{
      {"", [](NetworkClaim&) { return true; }},
      {"an L2 term, 0.01/2 times the sum of the squared weights, is added to the loss",
       add_penalty},
      {"dropout with a fixed mask that keeps half of the units, scaled by 2, is added", add_masks},
      {"the batch is filled up to 5 samples, made of the first", add_samples},
      {"the hidden activation is relu", [](NetworkClaim& c) { return use(c, Activation::relu); }},
      {"the hidden activation is tanh", [](NetworkClaim& c) { return use(c, Activation::tanh); }},
      {"the output is softmax with cross-entropy", use_softmax},
      {"biases of 0 are added", add_biases},
      {"the hidden layer is as wide as the output", narrow}};
  return all;
}

}  // namespace

const by_hand::Bug& require_bug(const std::string& name) {
  if (const by_hand::Bug* bug = by_hand::find_bug(name)) return *bug;
  std::string names;
  for (const by_hand::Bug& bug : by_hand::listed_bugs()) {
    names += (names.empty() ? "" : ", ") + bug.name;
  }
  throw autograd::Error("there is no bug " + name + "; expected one of " + names);
}

Injected inject(const NetworkClaim& subject, const by_hand::Bug& bug) {
  for (const Change& change : changes()) {
    Injected injected{subject, {}};
    NetworkClaim& claim = injected.claim;
    if (!change.make(claim) || !bug.applies(claim.network, claim.samples)) continue;
    if (!change.words.empty()) injected.changes.push_back(change.words);
    claim.name = "by hand with the bug " + bug.name;
    with_floating(claim.dtype, [&](auto zero) {
      using T = decltype(zero);
      const std::vector<T> point = cast<T>(claim.point);
      const auto spoiled =
          by_hand::mlp_with<T>(bug, claim.network, claim.samples, std::span<const T>(point));
      claim.gradient = cast<double>(spoiled.gradient);
      claim.loss = static_cast<double>(spoiled.loss);
    });
    return injected;
  }
  throw autograd::Error("the bug " + bug.name + " has no place in this study's network");
}

}  // namespace verify
