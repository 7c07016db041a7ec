// The table of this instruction set; the last of the bodies to be included.

const ck_kernels NAME(ck_kernels) = {
    .name = SET_NAME,
    .panel = PANEL,
    .row_block = ROWS,
    .pack = NAME(pack),
    .gemm = NAME(gemm),
    .patches = NAME(patches),
    .winograd_input = NAME(winograd_input),
    .winograd_output = NAME(winograd_output),
    .depthwise = NAME(depthwise),
    .elementwise = NAME(elementwise),
    .average = NAME(average),
};
