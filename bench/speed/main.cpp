#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bench/speed/machine.h"
#include "bench/speed/measure.h"
#include "bench/speed/options.h"
#include "bench/speed/picture.h"
#include "bench/speed/table.h"

namespace {

using namespace bench;

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error(path + ": cannot be written");
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(path + ": cannot be read");
  return text.str();
}

/// One line that is written over again and again, on a terminal only.
void show(const std::string& words) {
  static const bool terminal = ::isatty(STDERR_FILENO) != 0;
  if (terminal) fmt::print(stderr, "\r\033[K{}", words);
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string name_of(const Row& row) { return row.work + " " + row.dtype; }

// Its column and what it calls itself, if that is not the same.
std::string in_words(const Worker& worker) {
  const bool same = worker.version().rfind(worker.name(), 0) == 0;
  return same ? worker.version() : worker.name() + " (" + worker.version() + ")";
}

struct Course {
  Options options;
  Circumstances circumstances;
  std::vector<Entry> entries;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<Result> results;
  std::vector<Finding> findings, others;  // all of them, and those without a row in the table
};

void start_workers(Course& course) {
  for (const Entry& entry : course.entries) {
    const bool ours = holds(entry.name, "Plumb");
    const bool called = !course.options.smoke || !course.options.against.empty();
    if (!ours && !(called && holds(entry.name, course.options.against))) continue;
    show("starting " + entry.name);
    try {
      if (!entry.absent.empty()) throw std::runtime_error(entry.absent);
      course.workers.push_back(std::make_unique<Worker>(entry));
      if (!ours || entry.name == "Plumb") {
        course.circumstances.contenders.push_back(in_words(*course.workers.back()));
      }
    } catch (const std::exception& error) {
      if (entry.name == "Plumb") throw;
      course.circumstances.missing.push_back(entry.name + " (" + error.what() + ")");
    }
  }
}

void look_at_machine(Course& course) {
  show("the machine");
  Circumstances& c = course.circumstances;
  c.rounds = course.options.rounds;
  c.machine = processor() + ", " + widest_instructions();
  c.peak_f32 = fma_peak("f32", 0.2);
  c.peak_f64 = fma_peak("f64", 0.2);
  c.bandwidth = course.options.smoke ? 0 : copy_bandwidth();
}

void measure_rows(Course& course, const std::vector<Row>& list) {
  const Plan plan{course.options.rounds, course.options.slice};
  std::size_t done = 0;
  for (const Row& row : list) {
    ++done;
    if (!holds(name_of(row), course.options.only)) continue;
    course.results.push_back(measure(row, course.workers, plan, [&](const std::string& words) {
      show(fmt::format("[{}/{}] {}: {}", done, list.size(), name_of(row), words));
    }));
    const auto found = findings_of(course.results.back());
    course.findings.insert(course.findings.end(), found.begin(), found.end());
  }
}

void draw(const Course& course, const std::string& name, const std::string& title,
          const std::string& sizes, const std::string& costs, std::span<const Series> series) {
  if (course.options.pictures.empty()) return;
  std::filesystem::create_directories(course.options.pictures);
  write(course.options.pictures + "/" + name + ".svg", picture(title, sizes, costs, series));
}

void measure_growths(Course& course) {
  for (const Growth& growth : growths()) {
    if (!holds(growth.words + " " + growth.dtype, course.options.only)) continue;
    Worker worker(course.entries.front());  // afresh: nothing in its pool
    const auto costs = measure(growth, worker, 3, show);
    course.others.push_back(finding_of(growth, costs));
    Series series{growth.dtype, {}};
    for (std::size_t i = 0; i < costs.size(); ++i) {
      series.points.emplace_back(static_cast<double>(growth.sizes[i]), costs[i]);
    }
    const bool time = growth.figure.empty();
    draw(course, growth.kind + (time ? "_time" : "_" + growth.figure), growth.words,
         growth.kind == "chain" ? "operations" : "width", time ? "seconds" : growth.figure,
         std::vector{series});
  }
  course.findings.insert(course.findings.end(), course.others.begin(), course.others.end());
}

void draw_suites(const Course& course) {
  if (course.options.suites.empty()) return;
  for (const Suite& suite : suites_of(read(course.options.suites))) {
    draw(course, suite.name, suite.name, "size", "seconds", suite.series);
  }
}

int run(const Options& options) {
  const std::vector<Row> list = options.smoke ? std::vector{smoke_row()} : rows();
  if (options.list) {
    for (const Row& row : list) fmt::print("{}\n", name_of(row));
    for (const Growth& growth : growths()) fmt::print("{} {}\n", growth.words, growth.dtype);
    return 0;
  }
  Course course{options, {}, entries(options.workers, options.scripts, options.python), {}, {},
                {},      {}};
  look_at_machine(course);
  start_workers(course);
  measure_rows(course, list);
  course.workers.clear();
  if (options.growth && !options.smoke) measure_growths(course);
  draw_suites(course);
  show("");
  if (course.findings.empty()) {
    throw std::invalid_argument("--only: no work's name holds \"" + options.only + "\"");
  }
  std::string text = words(course.circumstances) + "\n";
  if (!course.results.empty()) text += table(course.results) + "\n";
  if (!course.others.empty()) text += table(course.others) + "\n";
  fmt::print("{}", text);
  if (!options.table.empty()) write(options.table, text);
  if (!options.json.empty()) write(options.json, json(course.findings));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Options defaults;
    defaults.workers = SPEED_WORKERS;
    defaults.scripts = SPEED_SCRIPTS;
    const Options options = parse({argv + 1, argv + argc}, defaults);
    if (options.help) {
      fmt::print("{}", usage());
      return 0;
    }
    return run(options);
  } catch (const std::exception& error) {
    show("");
    fmt::print(stderr, "speed: {}\n", error.what());
    return 2;
  }
}
