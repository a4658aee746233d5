#include "bench/work/worker.h"

#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

class Server {
 public:
  explicit Server(const Contender& contender) : contender_(contender) {}

  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "setup") return setup(words);
    if (!offer_.task) throw std::invalid_argument("no work has been set up");
    if (command == "loss") return loss(number(words));
    if (command == "time") return time(number(words));
    if (command == "figure") return figure(words);
    throw std::invalid_argument("unknown command: " + line);
  }

 private:
  static long number(std::istream& words) {
    long count = 0;
    if (!(words >> count) || count < 1) throw std::invalid_argument("expected a count");
    return count;
  }

  static std::string value(double number) {
    char text[40];
    std::snprintf(text, sizeof text, "value %.17g", number);
    return text;
  }

  std::string setup(std::istream& words) {
    Work work;
    words >> work.dtype >> work.kind;
    for (std::string argument; words >> argument;) work.arguments.push_back(argument);
    if (work.dtype != "f32" && work.dtype != "f64") {
      throw std::invalid_argument("expected f32 or f64; got \"" + work.dtype + "\"");
    }
    offer_ = {};  // its memory goes before the next work's comes
    offer_ = contender_.offer(work);
    if (!offer_.task) return "no";
    return "ok " + std::to_string(offer_.scale) + " " + offer_.words;
  }

  std::string loss(long repetitions) {
    for (long i = 0; i < repetitions; ++i) offer_.task->run();
    return value(offer_.task->result());
  }

  std::string time(long repetitions) {
    using Clock = std::chrono::steady_clock;
    offer_.task->run();  // while others worked, caches have cooled down and threads gone to sleep
    const auto begin = Clock::now();
    for (long i = 0; i < repetitions; ++i) offer_.task->run();
    return value(std::chrono::duration<double>(Clock::now() - begin).count());
  }

  std::string figure(std::istream& words) {
    std::string name;
    std::getline(words >> std::ws, name);
    if (name == "allocations") return allocations();
    const std::optional<double> known = offer_.task->figure(name);
    return known ? value(*known) : "no";
  }

  // Of the ten repetitions after the first.
  std::string allocations() {
    if (!contender_.allocations) return "no";
    offer_.task->run();
    const long long before = contender_.allocations();
    for (int i = 0; i < 10; ++i) offer_.task->run();
    return value(static_cast<double>(contender_.allocations() - before));
  }

  const Contender& contender_;
  Offer offer_;
};

}  // namespace

int serve(const Contender& contender) {
  std::cout << "ready " << contender.name << std::endl;
  Server server(contender);
  for (std::string line; std::getline(std::cin, line) && line != "quit";) {
    try {
      std::cout << server.answer(line) << std::endl;
    } catch (const std::exception& error) {
      std::cout << "error " << error.what() << std::endl;
    }
  }
  return 0;
}

}  // namespace bench
