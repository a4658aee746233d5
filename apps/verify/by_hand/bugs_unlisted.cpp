#include <algorithm>

#include "apps/verify/by_hand/bugs_parts.h"

namespace by_hand {
namespace {

// A number between −1 and 1 that depends on i alone.
double noise(std::size_t i) {
  const double x = std::sin(static_cast<double>(i) * 12.9898 + 1) * 43758.5453;
  return 2 * (x - std::floor(x)) - 1;
}

template <class T>
std::vector<T> gradient_at_moved_point(const Spoiled<T>& s) {
  std::vector<T> there(s.point.begin(), s.point.end());
  for (std::size_t i = 0; i < there.size(); ++i) there[i] *= static_cast<T>(1 + 0.05 * noise(i));
  return mlp<T>(s.network, s.samples, there).gradient;
}

template <class T>
std::vector<T> gradient_of_other_samples(const Spoiled<T>& s) {
  Samples other = s.samples;
  for (std::size_t i = 0; i < other.x.size(); ++i) other.x[i] += 0.1 + 0.1 * noise(i);
  return mlp<T>(s.network, other, s.point).gradient;
}

bool has_slopes(const Network& n, const Samples&) {
  return has_hidden_of(n, Activation::tanh, Activation::sigmoid, Activation::gelu, Activation::silu,
                       Activation::softplus);
}

}  // namespace

std::span<const Bug> unlisted_bugs() {
  static const std::vector<Bug> all{
      by_spoiling("noise", "every entry is off by some percent", "", always,
                  [](const auto& s) {
                    for (std::size_t i = 0; i < s.gradient.size(); ++i) {
                      auto& g = s.gradient[i];
                      g *= static_cast<std::remove_reference_t<decltype(g)>>(1 + 0.03 * noise(i));
                    }
                  }),
      by_spoiling("moved-point", "the gradient is that of another point", "", always,
                  [](const auto& s) { s.gradient = gradient_at_moved_point(s); }),
      by_spoiling("other-samples", "the gradient is that of other samples", "", always,
                  [](const auto& s) { s.gradient = gradient_of_other_samples(s); }),
      by_spoiling("squashed", "every block went through a soft limit", "", always,
                  [](const auto& s) {
                    for (const Array& a : arrays(s.network)) {
                      auto most = s.gradient[a.offset] * 0;
                      for (std::size_t i = 0; i < a.size(); ++i) {
                        most = std::max(most, std::abs(s.gradient[a.offset + i]));
                      }
                      if (most == 0) continue;
                      for (std::size_t i = 0; i < a.size(); ++i) {
                        auto& g = s.gradient[a.offset + i];
                        g = most * std::tanh(g / most);
                      }
                    }
                  }),
      by_spoiling("cubic-decay", "a decay of the weights' cubes is added", "", always,
                  [](const auto& s) {
                    const auto size =
                        norm_of<std::remove_cvref_t<decltype(s.gradient[0])>>(s.gradient);
                    for (std::size_t i = 0; i < s.gradient.size(); ++i) {
                      s.gradient[i] += size * s.point[i] * s.point[i] * s.point[i];
                    }
                  }),
      by_spoiling("index-weights", "every entry is weighted by its place", "", always,
                  [](const auto& s) {
                    for (std::size_t i = 0; i < s.gradient.size(); ++i) {
                      auto& g = s.gradient[i];
                      const double place =
                          static_cast<double>(i) / static_cast<double>(s.gradient.size());
                      g *= static_cast<std::remove_reference_t<decltype(g)>>(0.5 + place);
                    }
                  }),
      by_rules("moved-slope", "the slope is taken at z + ½", "", has_slopes,
               [](auto& r) {
                 r.slope = [](const auto& u) {
                   const auto z =
                       u.z + u.z * 0 + 1 - static_cast<std::remove_cvref_t<decltype(u.z)>>(0.5);
                   const auto a = u.activation == Activation::tanh      ? std::tanh(z)
                                  : u.activation == Activation::sigmoid ? 1 / (1 + std::exp(-z))
                                                                        : u.a;
                   return slope_of(u.activation, z, a);
                 };
               }),
      by_rules("root-slope", "the root of the slope is used", "", has_slopes,
               [](auto& r) {
                 r.slope = [](const auto& u) {
                   return std::sqrt(std::abs(slope_of(u.activation, u.z, u.a)));
                 };
               }),
      by_rules("tempered-output", "the output's adjoint is bent by its size", "", always,
               [](auto& r) {
                 r.output = [right = r.output](const auto& n, auto z, auto y, auto t) {
                   auto d = right(n, z, y, t);
                   for (std::size_t k = 0; k < d.size(); ++k)
                     d[k] *= 1 + y[k] * y[k] / 2 + z[k] * z[k] / 7;
                   return d;
                 };
               }),
      by_rules(
          "uneven-output", "the outputs' adjoints are weighted unevenly", "",
          [](const Network& n, const Samples&) { return n.widths.back() > 1; },
          [](auto& r) {
            r.output = [right = r.output](const auto& n, auto z, auto y, auto t) {
              auto d = right(n, z, y, t);
              for (std::size_t k = 0; k < d.size(); ++k) {
                d[k] *= 1 + static_cast<std::remove_cvref_t<decltype(d[0])>>(k) / 3;
              }
              return d;
            };
          }),
  };
  return all;
}

const Bug* find_bug(const std::string& name) {
  for (const auto& list : {listed_bugs(), unlisted_bugs()}) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Bug& bug) { return bug.name == name; });
    if (found != list.end()) return &*found;
  }
  return nullptr;
}

template <class T>
MlpGradient<T> mlp_with(const Bug& bug, const Network& network, const Samples& samples,
                        std::span<const T> point) {
  constexpr bool single = sizeof(T) == sizeof(float);
  Rules<T> rules;
  MlpGradient<T> result;
  if constexpr (single) {
    if (bug.rules_f32) bug.rules_f32(rules);
    result = mlp(network, samples, point, rules);
    if (bug.spoil_f32) bug.spoil_f32({network, samples, point, result.gradient});
  } else {
    if (bug.rules_f64) bug.rules_f64(rules);
    result = mlp(network, samples, point, rules);
    if (bug.spoil_f64) bug.spoil_f64({network, samples, point, result.gradient});
  }
  return result;
}

template MlpGradient<float> mlp_with(const Bug&, const Network&, const Samples&,
                                     std::span<const float>);
template MlpGradient<double> mlp_with(const Bug&, const Network&, const Samples&,
                                      std::span<const double>);

}  // namespace by_hand
