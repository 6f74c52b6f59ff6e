package exacta.dashboard;

/** A lane: what one host may earn of one session (lower-case hex). */
record LaneKey(String session, String host) {}
