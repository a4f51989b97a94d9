-- Whose turn it is to sweep: answers the time, and for how long the turn is another node's. It goes to a node whose beats wait longer,
-- since claims have to wait for them. KEYS: turn. ARGV: node, milliseconds, flush interval.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local flush, holder = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (.*)$')
if holder and holder ~= ARGV[1] and tonumber(flush) >= tonumber(ARGV[3]) then
  return {now, math.max(1, redis.call('PTTL', KEYS[1]))}
end
redis.call('SET', KEYS[1], ARGV[3] .. ' ' .. ARGV[1], 'PX', ARGV[2])
return {now, 0}
