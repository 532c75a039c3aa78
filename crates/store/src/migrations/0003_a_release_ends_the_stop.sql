-- A release takes the stop away, in the one order of all writes. Until now it stood beside it, and the two were told
-- apart by their times, which two that come at once need not have in that order.
UPDATE officer SET stopped_at = NULL WHERE released_at >= stopped_at;
