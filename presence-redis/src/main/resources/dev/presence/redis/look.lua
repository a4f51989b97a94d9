-- Notes a sweep of one group and looks for buckets that are due. KEYS: m d l. ARGV from 18: period, flush interval, how many.
local asked = tonumber(ARGV[18])
if swept and now - swept > 3 * math.max(period or 0, asked) then startQuiet(swept) end
note('swept', now)
note('period', asked)
local flush = tonumber(M[6])
if not flush or tonumber(ARGV[19]) >= flush or now - tonumber(M[7]) > timeout then
  flush = tonumber(ARGV[19])
  note('flush', flush)
  note('asked', now)
end
-- Nodes have ten seconds to read what came in a crowd, and longer for the last thousand; about an hour at most: then a forgotten user is
-- out of the feed too. An entry may have hundreds of transitions, so it is not read with each look.
local mark = redis.call('HMGET', KEYS[1], 'mark', 'marked')
if now - (tonumber(mark[2]) or 0) > 10000 then
  local last = math.max(0, math.min(tonumber(mark[1] or 0), seq - 1000))
  redis.call('XTRIM', KEYS[3], 'MINID', '~', string.format('%.0f', last))
  for _ = 1, 100 do
    local first = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1]
    if not first or tonumber(first[2][4]) >= now - 3600000 then break end
    redis.call('XDEL', KEYS[3], first[1])
  end
  note('mark', seq)
  note('marked', now)
end
finish({})
if now <= quiet then return {'DONE', now, run, flush, quiet + 1} end
local buckets = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - flush, 'LIMIT', 0, tonumber(ARGV[20]))
local later = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.0f', now - flush), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
return {'DONE', now, run, flush, tonumber(later[2] or -1), unpack(buckets)}
