/**
 * Machine code for processors with AVX-512, for products that Java's vectors cannot do as fast, and
 * for bringing weights into their order. Read {@link exacta.numerics.x86.BlockProductCode} first.
 * Decision: machine-code-by-java.md.
 */
package exacta.numerics.x86;
