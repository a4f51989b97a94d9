-- Records writes of one group. KEYS: m d l x, then for each write the p of its user's bucket and, while users are moving, that of the
-- bucket before. ARGV from 18, for each write: user and time for a beat of the default session, else user, kind, session hash and time.
local call, rest, others, count, place, isEarly, i, last = redis.call, {}, {}, 0, 4, made <= now, 18, #ARGV
local isMoving = tonumber(ARGV[15]) % 2 == 1
local events, due, dropped = {}, {}, 0

local function dueAt(place, at)
  if at < (due[place] or math.huge) then due[place] = at end
end

local function settle()
  local dues = {}
  for place, at in pairs(due) do
    local bucket = string.match(KEYS[place], '%d+$')
    dues[#dues + 1] = earlier(at, bucket)
    dues[#dues + 1] = bucket
  end
  for from = 1, #dues, 1000 do
    call('ZADD', KEYS[2], 'LT', unpack(dues, from, math.min(from + 999, #dues)))
  end
  finish(events)
  return {'DONE', now, run, dropped}
end

while i <= last do
  local user, time = ARGV[i], ARGV[i + 1]
  local stamp = tonumber(time)
  place = place + 1
  if stamp then -- nearly all, and nearly all of these are online and have no other session
    local known = nil
    if isEarly and not others[user] then
      local value = call('HGET', KEYS[place], user)
      known = value and tonumber(value) or not value and 0 -- false if there is more to say of that user
    end
    if known and known > 0 then
      if stamp > known then call('HSET', KEYS[place], user, time) end
    elseif known and stamp >= -known and now - stamp <= timeout then
      call('HSET', KEYS[place], user, time)
      events[#events + 1] = user
      events[#events + 1] = 1
      online = online + 1
      dueAt(place, stamp + timeout + grace + 1)
    else
      count = count + 1
      rest[count] = {user, 'b', place, nil, nil, stamp}
      others[user] = true -- whose writes are kept in order
    end
    i = i + 2
  else
    count = count + 1
    rest[count] = {user, time, place, isMoving and place + 1, ARGV[i + 2], tonumber(ARGV[i + 3])}
    others[user] = true
    if isMoving then place = place + 1 end
    i = i + 4
  end
end
if count == 0 then return settle() end
