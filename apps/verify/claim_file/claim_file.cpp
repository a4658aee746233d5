#include "apps/verify/claim_file/claim_file.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/verify/claim_file/archive_arrays.h"
#include "apps/verify/claim_file/assemble.h"
#include "apps/verify/claim_file/layout.h"
#include "apps/verify/claim_file/words.h"
#include "autograd/check/text.h"

namespace verify {

using autograd::check::number;

namespace {

/// One way to read the file, and the loss that comes of it.
struct Candidate {
  Layout layout;
  NetworkClaim claim;
  double loss = 0;

  bool average() const { return claim.network.average; }
};

std::string in_words(WeightOrder order) {
  return order == WeightOrder::out_in ? "(out, in)" : "(in, out)";
}

const char* in_words(bool average) { return average ? "mean" : "sum"; }

class Chooser {
 public:
  Chooser(const ArchiveArrays& arrays, const FileSettings& settings, const std::vector<Fit>& fits)
      : arrays_(arrays), settings_(settings) {
    shapes_decide_ = fits.size() == 1;
    const bool one_sample = fits.front().count == 1;
    for (const Fit& fit : fits) {
      for (const bool average : {true, false}) {
        if (settings.average && *settings.average != average) continue;
        if (!settings.average && one_sample && !average) continue;
        candidates_.push_back({fit.layout, assemble(arrays, settings, fit, average)});
      }
    }
    reduction_open_ = !settings.average && !one_sample;
  }

  Reading run() {
    if (candidates_.size() > 1 && candidates_.front().claim.loss) keep_matching();
    if (!same_layout()) ask();
    Reading reading;
    const Candidate& chosen = candidates_.front();  // the mean, where both are left
    say_layout(chosen.layout, reading.said);
    if (reduction_open_) reading.said.push_back(reduction_text(chosen));
    reading.claim = std::move(candidates_.front().claim);
    return reading;
  }

 private:
  /// Keeps the candidates with the loss in the file, or all of them where there is none.
  void keep_matching() {
    const double tolerance =
        candidates_.front().claim.dtype == autograd::f32 ? 1e-3 : 1e-6;  // relative
    std::vector<Candidate> matching;
    for (Candidate& c : candidates_) {
      c.loss = loss_of(c.claim.network, c.claim.samples, c.claim.point);
      const double given = *c.claim.loss;
      if (std::abs(given - c.loss) <= tolerance * std::max(std::abs(given), std::abs(c.loss))) {
        matching.push_back(c);
      }
    }
    loss_matches_ = !matching.empty();
    loss_tried_ = true;
    if (loss_matches_) candidates_ = std::move(matching);
  }

  bool same_layout() const {
    return std::all_of(candidates_.begin(), candidates_.end(),
                       [&](const Candidate& c) { return c.layout == candidates_.front().layout; });
  }

  /// Readings are left that differ in more than the reduction.
  [[noreturn]] void ask() const {
    bool weights = false, samples = false;  // which setting tells them apart
    for (const Candidate& c : candidates_) {
      weights = weights || c.layout.weights != candidates_.front().layout.weights;
      samples = samples || c.layout.samples != candidates_.front().layout.samples;
    }
    std::string text = "more than one reading fits the shapes";
    if (loss_tried_) text += loss_matches_ ? " and the loss" : ", and none gives the loss";
    text += ": say ";
    if (weights) {
      text += "--weights out-in where weights are (out, in), or --weights in-out where (in, out)";
    }
    if (samples) {
      if (weights) text += "; and ";
      text += "--samples rows where each row of X is a sample, or --samples columns where each " +
              std::string("column is");
    }
    if (!candidates_.front().claim.loss) text += "; a loss in the file could also tell";
    throw arrays_.error(text);
  }

  std::string by_what() const {
    return shapes_decide_ ? ": the only reading that fits the shapes"
                          : ": the only reading that gives the loss in the file";
  }

  void say_layout(const Layout& layout, std::vector<std::string>& said) const {
    if (!settings_.weights) {
      said.push_back("weights read as " + in_words(layout.weights) + by_what());
    }
    if (!settings_.samples) {
      said.push_back("samples read as " + to_string(layout.samples) + " of X" + by_what());
    }
  }

  std::string reduction_text(const Candidate& chosen) const {
    const std::string read =
        "the loss read as the " + std::string(in_words(chosen.average())) + " over the samples";
    if (loss_matches_ && candidates_.size() == 1) {
      return read + ": the only reading that gives the loss in the file";
    }
    if (loss_tried_ && !loss_matches_) {
      return read + ", the default: neither mean nor sum gives the loss in the file";
    }
    return read + ", the default";
  }

  const ArchiveArrays& arrays_;
  const FileSettings& settings_;
  std::vector<Candidate> candidates_;
  bool shapes_decide_ = false;
  bool reduction_open_ = false;
  bool loss_tried_ = false;
  bool loss_matches_ = false;
};

}  // namespace

Reading read_claim(const std::map<std::string, autograd::Tensor>& arrays,
                   const FileSettings& settings, const std::string& file) {
  require_told(settings);
  const ArchiveArrays ours(arrays, settings.names, file);
  const std::size_t layers = ours.layers();
  require_claim_shapes(ours, layers);
  const std::vector<Fit> readings = fits(ours, layers, settings);
  Reading reading = Chooser(ours, settings, readings).run();
  reading.claim.name = file;
  const std::vector<std::string> unused = ours.unused();
  if (!unused.empty()) reading.said.push_back("not used: " + joined(unused));
  return reading;
}

}  // namespace verify
