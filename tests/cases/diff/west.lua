return {
  ["tank.low"] = { except = { { where = { tank = "tank west" }, reason = "is being cleaned" } } },
}
