#include "bench/ours/ours.h"
#include "bench/suites/suites.h"

/// Checks of gradients, the two objectives, and study 3.
namespace bench {
namespace {

using Make = std::function<std::unique_ptr<Task>()>;

void add(const std::string& suite, const std::string& what, long size, const Make& make_task) {
  benchmark::RegisterBenchmark(name_of(suite, what, size).c_str(), [make_task](
                                                                       benchmark::State& state) {
    const std::unique_ptr<Task> task = make_task();
    repeat(state, *task);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

void register_checks() {
  for (const std::size_t hidden : {5U, 10U, 20U, 40U}) {
    const Perceptron shape{{784, hidden, 10}, 5};
    const auto parameters = static_cast<long>(hidden * 785 + (hidden + 1) * 10);
    add("checks", "central differences", parameters,
        [=] { return differences(shape, Quotients::central); });
    add("checks", "estimates with error bars", parameters,
        [=] { return differences(shape, Quotients::with_error_bars); });
  }
}

void register_objectives() {
  for (const autograd::Dtype dtype : {autograd::f32, autograd::f64}) {
    const std::string name(autograd::name(dtype));
    for (const By by : {By::tape, By::replay}) {
      const std::string words = (by == By::tape ? "by tape " : "replayed ") + name;
      for (const std::size_t n : {100U, 300U, 1000U, 3000U}) {
        add("objectives", "mixture d10 k25, samples " + words, static_cast<long>(n),
            [=] { return mixture(10, 25, n, dtype, by); });
      }
      add("objectives", "lstm l2, sequence " + words, 1024,
          [=] { return lstm_of("lstm_l2_c1024", dtype, by); });
    }
  }
}

void register_studies() {
  for (const autograd::Dtype dtype : {autograd::f32, autograd::f64}) {
    for (const std::size_t images : {200U, 600U, 2000U}) {
      add("studies", "five iterations of study 3 " + std::string(autograd::name(dtype)),
          static_cast<long>(images), [=] { return std::make_unique<Descent>(images, dtype); });
    }
  }
}

}  // namespace bench
