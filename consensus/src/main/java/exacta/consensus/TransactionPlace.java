package exacta.consensus;

import exacta.primitives.Height;

/** Where a transaction stands: a block, and its index there. */
record TransactionPlace(Height height, int index) {}
