/**
 * The arithmetic: one meaning for every sum, so that a result is the same bits on every machine, in
 * every batch and for every number of threads.
 *
 * <p>Start reading at {@link exacta.numerics.Kernels}, then at {@link
 * exacta.numerics.ScalarKernels}, which is the specification in Java ({@code
 * docs/spec/arithmetic.md} is the same in words); {@link exacta.numerics.VectorKernels} equals it
 * bit by bit and is fast. This room knows shapes and numbers; it knows no model, no file format
 * beyond the blocks of weights, no network and no money.
 */
package exacta.numerics;
