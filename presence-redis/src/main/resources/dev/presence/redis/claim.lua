-- Claims who lapsed in one bucket, after looking again, and trims it. KEYS: m d l x p.
-- ARGV from 18: the bucket, how many at most, flush interval.
local bucket, limit, delay = ARGV[18], tonumber(ARGV[19]), timeout + grace + tonumber(ARGV[20])
if now <= quiet then return {'DONE', now, run, 0, -1} end
local events, claimed, due = {}, 0, math.huge

local function visit(user, value)
  local it = load(KEYS[4], user, value)
  if it.online and claimed == limit then
    for _, beat in pairs(it.live) do due = math.min(due, beat + timeout + grace + 1) end
    return
  end
  lapse(it, delay)
  if store(KEYS[5], KEYS[4], it) == 0 then
    events[#events + 1] = user
    events[#events + 1] = 0
    online = online - 1
    claimed = claimed + 1
  end
  due = math.min(due, it.due)
end

local users = redis.call('HGETALL', KEYS[5])
for i = 1, #users, 2 do
  local user, value = users[i], users[i + 1]
  local time = tonumber(value)
  if time and time > 0 and now - time <= delay then
    due = math.min(due, time + timeout + grace + 1)
  elseif time and time < 0 and now + time <= retention then
    due = math.min(due, -time + retention + 1)
  else
    visit(user, value)
  end
end
if due == math.huge then
  redis.call('ZREM', KEYS[2], bucket)
  due = -1
else
  redis.call('ZADD', KEYS[2], due, bucket)
end
finish(events)
return {'DONE', now, run, claimed, due}
