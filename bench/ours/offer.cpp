#include <map>
#include <stdexcept>

#include "bench/ours/ours.h"

namespace bench {
namespace {

using autograd::Dtype;
using autograd::Index;

std::size_t count(const Work& work, std::size_t argument) {
  return std::stoul(work.arguments.at(argument));
}

Index extent(const Work& work, std::size_t argument) {
  return static_cast<Index>(count(work, argument));
}

Perceptron perceptron(const Work& work) {
  return parse_perceptron(work.arguments.at(0), work.arguments.at(1));
}

By by(const Work& work, std::size_t argument) {
  const std::string& word = work.arguments.at(argument);
  if (word == "tape") return By::tape;
  if (word == "replay") return By::replay;
  throw std::invalid_argument("expected \"tape\" or \"replay\"; got \"" + word + "\"");
}

Offer descent(const Work& work, Dtype dtype) {
  return {std::make_unique<Descent>(count(work, 0), dtype),
          static_cast<double>(descent_iterations) / descent_slice,
          "five of the 100 iterations a round, scaled"};
}

// By kind of work. "nt" and the like say which operand of a product is transposed.
const std::map<std::string, Offer (*)(const Work&, Dtype)> offers{
    {"step",
     [](const Work& w, Dtype t) { return Offer{std::make_unique<Step>(perceptron(w), t)}; }},
    {"matmul",
     [](const Work& w, Dtype t) {
       const std::string& which = w.arguments.at(3);
       return Offer{std::make_unique<Product>(
           extent(w, 0), extent(w, 1), extent(w, 2),
           autograd::Transpose{which.at(0) == 't', which.at(1) == 't'}, t)};
     }},
    {"mixture",
     [](const Work& w, Dtype t) {
       return Offer{mixture(count(w, 0), count(w, 1), count(w, 2), t, by(w, 3))};
     }},
    {"lstm", [](const Work& w, Dtype t) { return Offer{lstm_of(w.arguments.at(0), t, by(w, 1))}; }},
    {"differences",
     [](const Work& w, Dtype) { return Offer{differences(perceptron(w), Quotients::central)}; }},
    {"estimates",
     [](const Work& w, Dtype) {
       return Offer{differences(perceptron(w), Quotients::with_error_bars)};
     }},
    {"descent", descent},
    {"chain", [](const Work& w, Dtype) { return Offer{std::make_unique<Chain>(count(w, 0))}; }},
    {"square", [](const Work& w, Dtype) { return Offer{std::make_unique<Square>(count(w, 0))}; }},
};

}  // namespace

Offer offer(const Work& work) {
  const auto found = offers.find(work.kind);
  if (found == offers.end()) return {};
  return found->second(work, work.dtype == "f32" ? autograd::f32 : autograd::f64);
}

}  // namespace bench
