// How long llama.cpp takes from its start to the first token of an answer:
//
//   first-token MODEL THREADS PROMPT
//
// One JSON object: milliseconds to load; to the first token of a prompt of PROMPT tokens right after
// that (cold) and five times more (warm); kilobytes in memory after loading and at most.
#include "ggml-backend.h"
#include "llama.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

static double millis(std::chrono::steady_clock::time_point since) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since).count();
}

static long kilobytes(const char *field) {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.compare(0, strlen(field), field) == 0) {
            return atol(line.c_str() + strlen(field) + 1);
        }
    }
    return -1;
}

static double first_token(llama_context *context, std::vector<llama_token> &prompt, int vocabulary) {
    auto start = std::chrono::steady_clock::now();
    llama_memory_clear(llama_get_memory(context), true);
    if (llama_decode(context, llama_batch_get_one(prompt.data(), (int) prompt.size())) != 0) {
        fprintf(stderr, "first-token: the prompt cannot be decoded\n");
        exit(2);
    }
    const float *logits = llama_get_logits_ith(context, -1);
    int best = 0;
    for (int i = 1; i < vocabulary; i++) {
        if (logits[i] > logits[best]) {
            best = i;
        }
    }
    // The token is used, so that no compiler leaves its search out.
    return best < 0 ? 0 : millis(start);
}

static void quiet(ggml_log_level, const char *, void *) {}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: first-token MODEL THREADS PROMPT\n");
        return 2;
    }
    auto start = std::chrono::steady_clock::now();
    llama_log_set(quiet, nullptr);
    llama_backend_init();
    ggml_backend_load_all();
    llama_model *model = llama_model_load_from_file(arguments[1], llama_model_default_params());
    if (model == nullptr) {
        fprintf(stderr, "first-token: %s cannot be loaded\n", arguments[1]);
        return 2;
    }
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 2048;
    params.n_threads = atoi(arguments[2]);
    params.n_threads_batch = params.n_threads;
    llama_context *context = llama_init_from_model(model, params);
    if (context == nullptr) {
        fprintf(stderr, "first-token: no context\n");
        return 2;
    }
    double load = millis(start);
    long loaded = kilobytes("VmRSS");
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    std::vector<llama_token> prompt;
    for (int i = 0; i < atoi(arguments[3]); i++) {
        prompt.push_back((1000 + 37 * i) % vocabulary);
    }
    double cold = first_token(context, prompt, vocabulary);
    printf("{\"load_ms\": %.1f, \"cold_ms\": %.1f, \"warm_ms\": [", load, cold);
    for (int i = 0; i < 5; i++) {
        printf("%s%.1f", i == 0 ? "" : ", ", first_token(context, prompt, vocabulary));
    }
    printf("], \"loaded_kb\": %ld, \"peak_kb\": %ld}\n", loaded, kilobytes("VmHWM"));
    llama_free(context);
    llama_model_free(model);
    return 0;
}
