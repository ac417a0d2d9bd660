-- wrk asks for the lines of a file in turn: a path, a tab, and what the header Cookie says (nothing for none).
-- Prints one line of JSON: latencies in milliseconds.
local requests, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, cookie = line:match("^(.-)\t(.*)$")
    local headers = { ["Host"] = "testserver", ["Accept-Encoding"] = "gzip" }
    if cookie ~= "" then headers["Cookie"] = cookie end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "median": %.3f, "p99": %.3f, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
