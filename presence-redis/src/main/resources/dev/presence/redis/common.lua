-- What every script of a group begins with. One group of users lives in one slot, and all it needs is in these keys:
--   m  hash    epoch seq high swept period flush asked quiet benefit online leap layout version run step moving copy mark marked
--   d  zset    bucket -> a time before which nothing in it is due, the flush interval left aside
--   l  stream  id <last sequence>-0: n node t time, then user and 1 (online) or 0 for each transition
--   x  hash    user -> packed sessions, for those too long for p
--   p  hash    user -> time of the newest beat, negative once reported offline: all there is to say of most;
--              else "time:seen:sessions", where seen is when a session beat later that ended since, time is missing for
--              somebody who is not known any more, and sessions is "x" if they are in x.
-- Sessions are packed: 8 bytes of session hash, 8 bytes of time, negative for a tombstone.
-- Times are milliseconds of the group's clock, which never runs back. ARGV: 1 an injected clock, 2 when the call was made, 3 node,
-- 4 layout, 5 version, 6 timeout, 7 grace, 8 retention, 9 sessions, 10 run as far as known, 11 whether the group may be made,
-- 12 how to publish and 13 where, 14 leap, 15 step, 16 copy of the layout, 17 group; then what the script itself takes.
local M = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'high', 'swept', 'period', 'flush', 'asked', 'quiet', 'benefit',
  'online', 'leap', 'layout', 'version', 'run', 'step', 'moving')
if M[1] and M[12] ~= ARGV[4] then
  if ARGV[11] ~= 'create' then return {'LAYOUT'} end
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) -- the caller has just read the settings: this is what a loss of data left over
  M = {}
end
if not M[1] and ARGV[11] ~= 'create' then return {'NEW'} end
if M[1] and (tonumber(M[13]) > tonumber(ARGV[5]) or tonumber(M[15]) > tonumber(ARGV[15])) then return {'OLD'} end
local time = redis.call('TIME')
local clock = tonumber(ARGV[1]) or (time[1] * 1000 + math.floor(time[2] / 1000))
local now = math.max(clock, tonumber(M[3]) or 0)
local made = tonumber(ARGV[2])
if math.abs(now - made) > 1000 then return {'LATE', now} end
if not M[1] then redis.call('DEL', KEYS[3]) end -- without its numbers a feed is of no use
local timeout, grace, retention, most = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local epoch, seq, online = M[1], tonumber(M[2]) or 0, tonumber(M[10]) or 0
local swept, period = tonumber(M[4]), tonumber(M[5])
local quiet, benefit = tonumber(M[8]) or 0, tonumber(M[9]) or 0
local run = M[14]
local changes = {'high', now}

local function note(field, value)
  changes[#changes + 1] = field
  changes[#changes + 1] = value
end

-- Buckets that filled together would be due together ever after, since in each is somebody who has not beaten for about the heartbeat
-- interval. So each is looked into earlier than it is due, by up to an eighth of the timeout; where nobody beats any more it takes one
-- look more. A bucket keeps to its own share of that, so the least of several stays the least. By the golden ratio neighbours are far apart.
local function earlier(due, bucket)
  local most = math.floor(timeout / 8)
  if most < 1 or due - now <= most then return due end
  return due - math.floor(tonumber(bucket) * 0.6180339887 % 1 * most)
end

-- Whoever was online when that was last certain has the benefit of the doubt.
local function startQuiet(certain)
  local from = certain - timeout
  benefit = certain <= quiet and math.min(benefit, from) or from
  quiet = now + timeout
  note('quiet', quiet)
  note('benefit', benefit)
end

if run ~= ARGV[10] or not epoch then
  run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  if run ~= M[14] then -- another process: what the last one acknowledged may be missing here
    if epoch then startQuiet(swept or now) end
    epoch = string.format('%.0f', time[1] * 1000000 + time[2])
    note('epoch', epoch)
    note('run', run)
  end
end
if M[12] ~= ARGV[4] then note('layout', ARGV[4]) end
if not M[1] and tonumber(ARGV[15]) % 2 == 1 then -- lost while users are moving: some have moved
  M[16] = ARGV[15]
  note('moving', ARGV[15])
end
if M[15] ~= ARGV[15] then
  note('step', ARGV[15])
  note('copy', ARGV[16])
end
if M[13] ~= ARGV[5] then
  note('version', ARGV[5])
  for _, bucket in ipairs(M[13] and redis.call('ZRANGE', KEYS[2], 0, -1) or {}) do
    redis.call('ZADD', KEYS[2], 0, bucket) -- a shorter timeout may make it due sooner
  end
end
local leap = tonumber(ARGV[14])
if leap and leap > (tonumber(M[11]) or 0) and (not swept or swept <= leap + 1000) then -- none swept since
  startQuiet(leap)
  note('leap', leap)
end

-- Ends a script: its transitions become one entry of the feed, and the meta is written. Many at once may make a feed long for a
-- while: sweeps shorten it when nobody needs them any more.
local function finish(events)
  for from = 1, #events, 1000 do
    local to = math.min(from + 999, #events)
    seq = seq + (to - from + 1) / 2
    redis.call('XADD', KEYS[3], 'MINID', '~', string.format('%.0f', math.max(0, seq - 16000)), string.format('%.0f-0', seq),
      'n', ARGV[3], 't', now, unpack(events, from, to))
  end
  if #events > 0 then
    note('seq', seq)
    note('online', online)
  end
  redis.call('HSET', KEYS[1], unpack(changes))
  if #events > 0 then redis.pcall(ARGV[12], ARGV[13], string.format('%s %s %.0f', ARGV[17], epoch, seq)) end
end
