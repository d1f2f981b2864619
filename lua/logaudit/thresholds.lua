-- When shipped rules call something slow, in milliseconds, inclusive, whatever the unit in the log.
-- Rules read this table as the global `thresholds`; edit it and the next run uses it.
return {
  slow_ms = { medium = 1000, high = 5000, critical = 10000 },
}
