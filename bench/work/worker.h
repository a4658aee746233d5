#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A contender is a process that does the works it is asked for and is timed doing them: settings
/// such as OPENBLAS_CORETYPE belong to a process, and libraries that would get in one another's way
/// stay apart. It reads a line from its standard input and answers with a line:
///
///     (at the start)                   ready NAME AND VERSION | missing WHAT IS NOT THERE
///     setup f32 step 784-50-10 b1      ok SCALE WORDS | no
///     loss 5                           value 2.3172          after five repetitions
///     time 100                         value 0.0123          seconds for a hundred more, after one
///                                                            that warms up
///     figure allocations               value 0 | no
///     quit
///
/// A repetition's time is multiplied by SCALE to make the whole work; WORDS say why, and are empty
/// where SCALE is 1. Whatever goes wrong is answered by `error WHAT`.
namespace bench {

/// What is asked for: a dtype, "f32" or "f64", the kind of work and its arguments.
struct Work {
  std::string dtype;
  std::string kind;
  std::vector<std::string> arguments;
};

/// A work made ready. One repetition is one run.
class Task {
 public:
  virtual ~Task() = default;
  virtual void run() = 0;

  /// What the last run computed, by which contenders are seen to do the same work.
  virtual double result() = 0;

  /// Another number about the work, such as "nodes".
  virtual std::optional<double> figure(const std::string& /*name*/) { return {}; }
};

struct Offer {
  std::unique_ptr<Task> task;  ///< none: the contender does not do this work
  double scale = 1;
  std::string words = {};
};

struct Contender {
  std::string name;
  std::function<Offer(const Work&)> offer;
  std::function<long long()> allocations;  ///< how many there have been; none: nobody counts
};

/// Answers until the input ends. The exit status of the process.
int serve(const Contender& contender);

/// Task<float> or Task<double>, by the work's dtype. Throws std::invalid_argument for another.
template <template <class> class Made, class... Arguments>
std::unique_ptr<Task> make(const Work& work, const Arguments&... arguments) {
  if (work.dtype == "f32") return std::make_unique<Made<float>>(arguments...);
  return std::make_unique<Made<double>>(arguments...);
}

}  // namespace bench
