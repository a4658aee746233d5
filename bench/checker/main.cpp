#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "autograd/tensor/parallel.h"
#include "bench/checker/files.h"
#include "bench/checker/trials.h"

// Measures the checker and prints a table; the rows also go to checker.json in the build folder.
// With a number as its argument, that part of the trials only: 0.1 takes a tenth of the time. With
// --files FOLDER, writes networks and claims for peers.py.

namespace {

struct Row {
  std::string work;
  double value = 0;
  std::string shown;
  double bar = 0;
  std::string bar_shown;
  bool met = false;
};

class Table {
 public:
  void at_most(const std::string& work, double value, const std::string& shown, double bar,
               const std::string& bar_shown) {
    add({work, value, shown, bar, bar_shown, value <= bar});
  }
  void at_least(const std::string& work, double value, const std::string& shown, double bar,
                const std::string& bar_shown) {
    add({work, value, shown, bar, bar_shown, value >= bar});
  }

  bool write(const std::string& path) const {
    std::ofstream file(path);
    file << "[\n";
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& r = rows_[i];
      file << fmt::format(
          "  {{\"work\": \"{}\", \"value\": {:.6g}, \"bar\": {:.6g}, \"met\": {}}}{}\n", r.work,
          r.value, r.bar, r.met, i + 1 == rows_.size() ? "" : ",");
    }
    file << "]\n";
    return static_cast<bool>(file.flush());
  }

 private:
  void add(const Row& row) {
    if (rows_.empty()) std::cout << "| work | measured | bar | met |\n| --- | --- | --- | --- |\n";
    std::cout << fmt::format("| {} | {} | {} | {} |\n", row.work, row.shown, row.bar_shown,
                             row.met ? "yes" : "no")
              << std::flush;
    rows_.push_back(row);
  }
  std::vector<Row> rows_;
};

// On a terminal only.
void show(const std::string& what, double done) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::cerr << fmt::format("\r{} {:.0f} %  ", what, 100 * done) << (done >= 1 ? "\r\033[K" : "");
}

bench::Report progress(const std::string& what) {
  return [what](double done) { show(what, done); };
}

double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t some(double part, std::int64_t all) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(part * static_cast<double>(all)));
}

std::string of(std::int64_t part, std::int64_t whole) {
  return fmt::format("{:.4g} % ({} of {})", percent(part, whole), part, whole);
}

void measure_alarms(Table& table, double part) {
  for (const auto dtype : {autograd::f64, autograd::f32}) {
    const std::string precision = dtype == autograd::f64 ? "float64" : "float32";
    const auto a = bench::count_alarms(some(part, 5000), dtype, progress("clean " + precision));
    table.at_most("false alarms on clean networks, all regimes, " + precision,
                  static_cast<double>(a.alarms),
                  fmt::format("{} of {} (cannot tell: {})", a.alarms, a.networks, a.cannot_tell), 0,
                  "0 of 5,000");
  }
}

void measure_finds(Table& table, double part) {
  const auto wide =
      bench::count_finds(true, some(part, 60), autograd::f64, progress("bugs float64"));
  const auto single =
      bench::count_finds(true, some(part, 60), autograd::f32, progress("bugs float32"));
  const auto other =
      bench::count_finds(false, some(part, 60), autograd::f64, progress("unlisted bugs"));
  const auto other_single =
      bench::count_finds(false, some(part, 60), autograd::f32, progress("unlisted bugs float32"));
  table.at_least("thirty bugs found, loss times 1 and 1e-4, float64",
                 percent(wide.found, wide.trials), of(wide.found, wide.trials), 100, "100 %");
  table.at_least("float32 claims above the stated resolution found",
                 percent(single.visible_found, single.visible),
                 of(single.visible_found, single.visible), 100, "100 %");
  table.at_least("float32 claims found, overall", percent(single.found, single.trials),
                 of(single.found, single.trials), 98, "98 %");
  table.at_least("right cause on listed bugs, float64", percent(wide.named, wide.found),
                 of(wide.named, wide.found), 98, "98 %");
  table.at_least("right cause on listed bugs, float32", percent(single.named, single.found),
                 of(single.named, single.found), 98, "98 %");
  const std::int64_t wrong = wide.misnamed + other.misnamed, all = wide.found + other.found;
  table.at_most("wrong names, ten unlisted bugs included, float64", percent(wrong, all),
                of(wrong, all), 0.5, "0.5 %");
  const std::int64_t wrong32 = single.misnamed + other_single.misnamed;
  const std::int64_t all32 = single.found + other_single.found;
  table.at_most("wrong names, ten unlisted bugs included, float32", percent(wrong32, all32),
                of(wrong32, all32), 0.5, "0.5 %");
}

void measure_witnesses(Table& table, double part) {
  const auto bars = bench::count_bars(some(part, 300), progress("error bars"));
  table.at_most("differences on smooth networks: error over the bar",
                percent(bars.over, bars.entries), of(bars.over, bars.entries), 0.1, "0.1 %");
  table.at_most("the same over 3 bars", percent(bars.over_three, bars.entries),
                of(bars.over_three, bars.entries), 0.01, "0.01 %");
  const double worst = bench::worst_double_double(some(part, 200));
  table.at_most("differences of 106 bits at two steps, relative", worst,
                fmt::format("{:.2g}", worst), 1e-19, "1e-19");
  const auto needle = bench::find_needles(some(part, 300));
  table.at_least(
      "one entry among 101,770 wrong by 1e-6 of a median entry, at most 10 passes a block",
      percent(needle.found, needle.trials), of(needle.found, needle.trials), 99, "99 %");
  const double small = 1e3 * bench::seconds_for_small_check();
  table.at_most("exact check of 317 parameters, one thread, ms", small,
                fmt::format("{:.2g} ms", small), 10, "10 ms");
  const double large = bench::seconds_for_large_check();
  table.at_most("exact check of 31,810 parameters, one thread, s", large,
                fmt::format("{:.2g} s", large), 0.3, "0.3 s");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 3 && std::string(argv[1]) == "--files") {
      bench::write_files(argv[2], 8);
      return 0;
    }
    const double part = argc > 1 ? std::atof(argv[1]) : 1;
    if (argc > 2 || !(part > 0 && part <= 1)) {
      std::cerr << "checker: expected nothing, the part of the trials, above 0 and at most 1, or "
                   "--files FOLDER\n";
      return 2;
    }
    autograd::set_thread_count(1);
    Table table;
    measure_alarms(table, part);
    measure_finds(table, part);
    measure_witnesses(table, part);
    const std::string path = std::string(CHECKER_FOLDER) + "/checker.json";
    if (!table.write(path)) {
      std::cerr << "checker: " << path << " cannot be written\n";
      return 2;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "checker: " << error.what() << '\n';
    return 2;
  }
}
