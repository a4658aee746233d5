#include "apps/verify/claim_file/layout.h"

#include <algorithm>
#include <utility>

#include "autograd/tensor/shape.h"

namespace verify {

using autograd::Index;
using autograd::Shape;

namespace {

std::string numbered(const char* letters, std::size_t layer) {
  return letters + std::to_string(layer);
}

/// (n,), (n, 1), (1, n) and, for n = 1, ().
bool is_vector(const Shape& shape) {
  return shape.rank() <= 1 || (shape.rank() == 2 && (shape[0] == 1 || shape[1] == 1));
}

std::size_t extent(const Shape& shape, bool first) {
  return static_cast<std::size_t>(shape[first ? 0 : 1]);
}

std::string pair(std::string first, std::string second, bool in_order) {
  if (!in_order) std::swap(first, second);
  return "[" + first + ", " + second + "]";
}

std::string pair(std::size_t first, std::size_t second, bool in_order) {
  return pair(std::to_string(first), std::to_string(second), in_order);
}

const Shape& matrix(const ArchiveArrays& arrays, const std::string& name, const std::string& what) {
  const Shape& shape = arrays.at(name).shape();
  if (shape.rank() != 2) {
    throw arrays.error(arrays.shape_of(name) + "; expected a matrix, " + what +
                       (shape.rank() > 2 ? "; reshape it before saving" : ""));
  }
  if (shape.size() == 0) throw arrays.error(arrays.shape_of(name) + "; expected no extent of 0");
  return shape;
}

class Fitter {
 public:
  Fitter(const ArchiveArrays& arrays, std::size_t layers, const Layout& layout)
      : arrays_(arrays), layers_(layers) {
    fit_.layout = layout;
  }

  Fit run() {
    read_inputs();
    for (std::size_t layer = 1; layer <= layers_; ++layer) read_weight(layer);
    for (std::size_t layer = 1; layer <= layers_; ++layer) read_bias(layer);
    read_targets();
    for (std::size_t layer = 1; layer < layers_; ++layer) read_mask(layer);
    return fit_;
  }

 private:
  bool rows() const { return fit_.layout.samples == SampleOrder::rows; }
  bool out_in() const { return fit_.layout.weights == WeightOrder::out_in; }

  /// The first misfit is kept, and what fitted before it is counted.
  void require(bool fits, const std::string& name, const std::string& expected,
               const std::string& because_of) {
    if (!fit_.misfit.empty()) return;
    if (fits) {
      ++fit_.fitting;
      return;
    }
    fit_.misfit = arrays_.shape_of(name) + "; expected " + expected + ", because " +
                  arrays_.shape_of(because_of) + " (read as --weights " +
                  to_string(fit_.layout.weights) + " --samples " + to_string(fit_.layout.samples) +
                  ")";
  }

  void read_inputs() {
    const Shape& x = matrix(arrays_, "X", "samples by inputs");
    fit_.count = extent(x, rows());
    fit_.widths = {extent(x, !rows())};
  }

  void read_weight(std::size_t layer) {
    const std::string name = numbered("W", layer);
    const Shape& w = matrix(arrays_, name, "outputs by inputs");
    const std::size_t inputs = fit_.widths.back();
    require(extent(w, !out_in()) == inputs, name, pair("any", std::to_string(inputs), out_in()),
            layer == 1 ? "X" : numbered("W", layer - 1));
    fit_.widths.push_back(extent(w, out_in()));
  }

  void read_bias(std::size_t layer) {
    const std::string name = numbered("b", layer);
    if (!arrays_.has(name)) return;
    const Shape& b = arrays_.at(name).shape();
    const std::size_t h = fit_.widths[layer];
    require(is_vector(b) && static_cast<std::size_t>(b.size()) == h, name,
            "[" + std::to_string(h) + "]", numbered("W", layer));
  }

  void read_targets() {
    const bool labels = arrays_.has("y");
    if (labels && arrays_.has("Y")) {
      throw arrays_.error("it holds both y and Y; expected one of them: leave one out");
    }
    if (!labels && !arrays_.has("Y")) {
      throw arrays_.error("it holds neither y nor Y; expected labels, y (N), or targets, Y (N, c)");
    }
    const std::string name = labels ? "y" : "Y", last = numbered("W", layers_);
    const Shape& shape = arrays_.at(name).shape();
    const auto size = static_cast<std::size_t>(shape.size());
    const std::size_t c = fit_.widths.back();
    if (labels && !is_vector(shape)) {
      throw arrays_.error(arrays_.shape_of(name) + "; expected one label a sample; targets of " +
                          "this shape are called Y, as --names Y=" + arrays_.name_in_file(name));
    }
    if (labels) {
      return require(size == fit_.count, name, "[" + std::to_string(fit_.count) + "]", "X");
    }
    if (shape.rank() <= 1) {
      require(size == fit_.count, name, pair(fit_.count, c, rows()), "X");
      return require(c == 1, name,
                     pair(fit_.count, c, rows()) + " (labels, one a sample, are called y)", last);
    }
    const Shape& targets = matrix(arrays_, name, "samples by outputs");
    require(extent(targets, rows()) == fit_.count, name, pair(fit_.count, c, rows()), "X");
    require(extent(targets, !rows()) == c, name, pair(fit_.count, c, rows()), last);
  }

  void read_mask(std::size_t layer) {
    const std::string name = numbered("mask", layer);
    if (!arrays_.has(name)) return;
    const Shape& mask = arrays_.at(name).shape();
    const std::size_t h = fit_.widths[layer];
    const bool full =
        mask.rank() == 2 && extent(mask, rows()) == fit_.count && extent(mask, !rows()) == h;
    const bool same_for_all = is_vector(mask) && static_cast<std::size_t>(mask.size()) == h;
    require(full || same_for_all, name,
            pair(fit_.count, h, rows()) + " or [" + std::to_string(h) + "]", numbered("W", layer));
  }

  const ArchiveArrays& arrays_;
  std::size_t layers_;
  Fit fit_;
};

/// Which setting, told otherwise, would make the shapes fit; with a semicolon, or nothing.
std::string help(const ArchiveArrays& arrays, std::size_t layers, const Layout& wrong) {
  for (const WeightOrder w : {WeightOrder::out_in, WeightOrder::in_out}) {
    for (const SampleOrder s : {SampleOrder::rows, SampleOrder::columns}) {
      if (!fit(arrays, layers, {w, s}).misfit.empty()) continue;
      std::string text = "; they fit with";
      if (w != wrong.weights) text += " --weights " + to_string(w);
      if (s != wrong.samples) text += " --samples " + to_string(s);
      return text;
    }
  }
  return "";
}

/// Whether a layout says the same of these arrays as one that was found already: matrices of one
/// row and one column are their own transposes.
bool says_nothing_new(const ArchiveArrays& arrays, std::size_t layers, const Layout& layout) {
  const auto single = [&](const std::string& name) { return arrays.at(name).size() == 1; };
  if (layout.samples == SampleOrder::columns && single("X")) return true;
  bool all = layout.weights == WeightOrder::in_out;
  for (std::size_t layer = 1; layer <= layers; ++layer) {
    all = all && single(numbered("W", layer));
  }
  return all;
}

}  // namespace

Fit fit(const ArchiveArrays& arrays, std::size_t layers, const Layout& layout) {
  return Fitter(arrays, layers, layout).run();
}

std::vector<Fit> fits(const ArchiveArrays& arrays, std::size_t layers,
                      const FileSettings& settings) {
  std::vector<Fit> found;
  Fit nearest;
  bool any = false;
  for (const WeightOrder w : {WeightOrder::out_in, WeightOrder::in_out}) {
    if (settings.weights && *settings.weights != w) continue;
    for (const SampleOrder s : {SampleOrder::rows, SampleOrder::columns}) {
      if (settings.samples && *settings.samples != s) continue;
      Fit one = fit(arrays, layers, {w, s});
      if (!one.misfit.empty()) {
        if (!any || one.fitting > nearest.fitting) nearest = std::move(one);
        any = true;
      } else if (found.empty() || !says_nothing_new(arrays, layers, one.layout)) {
        found.push_back(std::move(one));
      }
    }
  }
  if (found.empty()) throw arrays.error(nearest.misfit + help(arrays, layers, nearest.layout));
  return found;
}

void require_claim_shapes(const ArchiveArrays& arrays, std::size_t layers) {
  const auto check = [&](const std::string& name) {
    if (!arrays.has(name)) return;
    const std::string claim = "d" + name;
    const Shape& shape = arrays.at(name).shape();
    const Shape& got = arrays.at(claim).shape();
    if (got == shape || (is_vector(shape) && is_vector(got) && shape.size() == got.size() &&
                         name.starts_with('b'))) {
      return;
    }
    const std::string both =
        arrays.shape_of(claim) + " but " + arrays.label(name) + " has " + to_string(shape);
    const bool transposed = shape.rank() == 2 && got.rank() == 2 && shape[0] == got[1] &&
                            shape[1] == got[0] && name.starts_with('W');
    if (transposed) throw arrays.error(both + "; transpose it");
    const bool unsummed = name.starts_with('b') && got.rank() == 2 &&
                          (got[0] == shape.size() || got[1] == shape.size());
    throw arrays.error(both + (unsummed ? "; was it not summed over the samples?"
                                        : "; expected one derivative an entry"));
  };
  for (std::size_t layer = 1; layer <= layers; ++layer) {
    check(numbered("W", layer));
    check(numbered("b", layer));
  }
}

}  // namespace verify
