package exacta.host;

/**
 * What the chain says of a lane.
 *
 * @param number of the last order that was settled, 0 if none
 * @param sum what all settled orders cost together
 * @param cap what the lane can pay in all
 */
record LaneStart(long number, long sum, long cap) {}
