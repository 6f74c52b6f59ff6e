// What llama.cpp expects at each position of given texts:
//
//   forced MODEL THREADS < TEXTS
//
// A text is a line of token ids, separated by spaces. For each position of it, in order, a line: the
// most likely next token, and by how much its logit exceeds the second largest.
#include "ggml-backend.h"
#include "llama.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

static const int POSITIONS_MAX = 4096;

static void quiet(ggml_log_level, const char *, void *) {}

static void show(const float *logits, int vocabulary) {
    int best = logits[1] > logits[0] ? 1 : 0;
    int second = 1 - best;
    for (int i = 2; i < vocabulary; i++) {
        if (logits[i] > logits[best]) {
            second = best;
            best = i;
        } else if (logits[i] > logits[second]) {
            second = i;
        }
    }
    printf("%d %.6f\n", best, logits[best] - logits[second]);
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: forced MODEL THREADS < TEXTS\n");
        return 2;
    }
    llama_log_set(quiet, nullptr);
    llama_backend_init();
    ggml_backend_load_all();
    llama_model *model = llama_model_load_from_file(arguments[1], llama_model_default_params());
    llama_context_params params = llama_context_default_params();
    params.n_ctx = POSITIONS_MAX;
    params.n_batch = POSITIONS_MAX;
    params.n_threads = atoi(arguments[2]);
    params.n_threads_batch = params.n_threads;
    llama_context *context = model == nullptr ? nullptr : llama_init_from_model(model, params);
    if (context == nullptr) {
        fprintf(stderr, "forced: %s cannot be loaded\n", arguments[1]);
        return 2;
    }
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    llama_batch batch = llama_batch_init(POSITIONS_MAX, 0, 1);
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream ids(line);
        batch.n_tokens = 0;
        for (int id; ids >> id && batch.n_tokens < POSITIONS_MAX; batch.n_tokens++) {
            batch.token[batch.n_tokens] = id;
            batch.pos[batch.n_tokens] = batch.n_tokens;
            batch.n_seq_id[batch.n_tokens] = 1;
            batch.seq_id[batch.n_tokens][0] = 0;
            batch.logits[batch.n_tokens] = 1;
        }
        llama_memory_clear(llama_get_memory(context), true);
        if (batch.n_tokens == 0 || llama_decode(context, batch) != 0) {
            fprintf(stderr, "forced: a text cannot be decoded\n");
            return 2;
        }
        for (int i = 0; i < batch.n_tokens; i++) {
            show(llama_get_logits_ith(context, i), vocabulary);
        }
        fflush(stdout);
    }
    llama_batch_free(batch);
    llama_free(context);
    llama_model_free(model);
    return 0;
}
