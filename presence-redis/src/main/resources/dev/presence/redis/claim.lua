-- Claims who lapsed in some buckets of a group, after looking again, and trims these. KEYS: m d l x, then the p of each bucket.
-- ARGV from 18: how many to claim at most, flush interval. Answers how many were, when the next in these buckets is due, and how long the
-- first of those claimed had been due.
local limit, alive, delay = tonumber(ARGV[18]), timeout + grace + 1, timeout + grace + tonumber(ARGV[19])
-- A caller may have stood still since it looked, and nobody beat meanwhile: the next look notices.
if now <= quiet or not swept or now - swept > 3 * (period or 0) then return {'DONE', now, run, 0, -1, 0} end
local events, claimed, count, waited = {}, 0, 0, 0

local function claim(user, beat)
  events[count + 1] = user
  events[count + 2] = 0
  count = count + 2
  claimed = claimed + 1
  if beat then waited = math.max(waited, now - beat - delay) end -- else the sessions are lost
end

-- Anybody. Answers when that user is due.
local function visit(p, user, value)
  local it = load(KEYS[4], user, value)
  if it.online and claimed == limit then
    local due = math.huge
    for _, beat in pairs(it.live) do due = math.min(due, beat + alive) end
    return due
  end
  local beat = lapse(it, delay)
  if store(p, KEYS[4], it) == 0 then claim(user, beat) end
  return it.due
end

-- When somebody with one time and nothing else is due, unless that is now.
local function later(time)
  if time > 0 and now - time <= delay then return time + alive end
  if time < 0 and now + time <= retention then return retention + 1 - time end
  return nil
end

-- When the first of a bucket is due, from the values alone; nil if somebody is due now or has more than one time.
local function calm(p)
  local values = redis.call('HVALS', p)
  if #values <= 1000 then
    local isPlain, oldest = pcall(math.min, unpack(values)) -- which reads numbers in half the time of a loop
    if isPlain and oldest > 0 then return later(oldest) end
  end
  local due = math.huge
  for _, value in ipairs(values) do
    local time = tonumber(value)
    local at = time and later(time)
    if not at then return nil end
    if at < due then due = at end
  end
  return due
end

-- All of a bucket, of whom most have one time and nothing else. Answers when the first is due.
local function sweep(p)
  local due, lapsed, n = math.huge, {}, 0
  local users = redis.call('HGETALL', p)
  for i = 1, #users, 2 do
    local value = users[i + 1]
    local time = tonumber(value)
    local at = time and later(time)
    if not at then
      if time and time > 0 and now - time <= retention and claimed < limit then
        lapsed[n + 1] = users[i]
        lapsed[n + 2] = '-' .. value
        n = n + 2
        claim(users[i], time)
        at = time + retention + 1
      else
        at = visit(p, users[i], value)
      end
    end
    if at < due then due = at end
  end
  for i = 1, n, 1000 do
    redis.call('HSET', p, unpack(lapsed, i, math.min(i + 999, n)))
  end
  return due
end

local soonest, dues, gone, isCalm = math.huge, {}, {}, true
for i = 5, #KEYS do
  local due, bucket = isCalm and calm(KEYS[i]), string.match(KEYS[i], '%d+$')
  if not due then -- in a crowd, or with sessions of a name, so it is with the next buckets too
    isCalm = false
    due = sweep(KEYS[i])
  end
  if due == math.huge then
    gone[#gone + 1] = bucket
  else
    due = earlier(due, bucket)
    dues[#dues + 1] = due
    dues[#dues + 1] = bucket
    soonest = math.min(soonest, due)
  end
end
if #gone > 0 then redis.call('ZREM', KEYS[2], unpack(gone)) end
if #dues > 0 then redis.call('ZADD', KEYS[2], unpack(dues)) end
online = online - claimed
finish(events)
return {'DONE', now, run, claimed, soonest == math.huge and -1 or soonest, waited}
