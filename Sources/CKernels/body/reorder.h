// Weights from one order into another, in blocks of inputs: the orders differ in which of outputs and inputs lie side by side, and
// a block of one keeps the cache lines of the other. The caller gives few outputs at a time.

enum { REORDER_BLOCK = 16 };

/// `beside` says that inputs lie side by side in both orders, so that the loop over them is one of vectors.
INLINE void NAME(reorder_parts)(const int adding, const int beside, const int64_t parts, int64_t part, int64_t outputs, int64_t inputs,
                                int64_t taps, const float *from, const ck_order *source, float *to, const ck_order *target) {
    ck_order s = *source, t = *target;
    if (beside) s.input = t.input = 1;
    for (int64_t block = 0; block < inputs; block += REORDER_BLOCK) {
        const int64_t end = block + REORDER_BLOCK < inputs ? block + REORDER_BLOCK : inputs;
        for (int64_t tap = 0; tap < taps; tap++)
            for (int64_t output = 0; output < outputs; output++) {
                const float *x = from + tap * s.tap + output * s.output;
                float *y = to + tap * t.tap + output * t.output;
                for (int64_t input = block; input < end; input++) {
                    float sum = x[input * s.input];
                    for (int64_t i = 1; i < parts; i++) sum += x[i * part + input * s.input];
                    y[input * t.input] = adding ? y[input * t.input] + sum : sum;
                }
            }
    }
}

static void NAME(reorder)(int64_t outputs, int64_t inputs, int64_t taps, const float *from, const ck_order *source,
                          int64_t parts, int64_t part, float *to, const ck_order *target, int32_t adding) {
    if (adding && source->input == 1 && target->input == 1)
        NAME(reorder_parts)(1, 1, parts, part, outputs, inputs, taps, from, source, to, target);
    else if (adding) NAME(reorder_parts)(1, 0, parts, part, outputs, inputs, taps, from, source, to, target);
    else NAME(reorder_parts)(0, 0, 1, 0, outputs, inputs, taps, from, source, to, target);
}
