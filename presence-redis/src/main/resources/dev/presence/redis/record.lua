-- Records writes of one group. KEYS: m d l x, then for each beat the p of its user's bucket, then for each other write that and, while
-- users are moving, that of the bucket before. ARGV: 18 how many beats of the default session there are, then user and time of each; then
-- user, kind, session hash and time of each other write, and of beats that come after such of the same user.
local call, byte, rest, waiting, count, place, isEarly = redis.call, string.byte, {}, {}, 0, 4, made <= now
local firstOther = 19 + 2 * ARGV[18]
-- Two times of 13 digits, as they have from 2001 to 2286, compare as text as they do as numbers, and need not be read as such. Whoever
-- has more to say of them in 13 characters was last online in 1970: then that is over.
local MINUS = 45
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

for i = 19, firstOther - 1, 2 do -- nearly all writes are such, and nearly all users are online and have no other session
  local user, time = ARGV[i], ARGV[i + 1]
  place = place + 1
  local isKnown = isEarly and not waiting[user]
  local value = isKnown and call('HGET', KEYS[place], user)
  if value and #value == 13 and #time == 13 and byte(value) ~= MINUS then
    if value < time then call('HSET', KEYS[place], user, time) end
  else
    local stamp, known = tonumber(time), isKnown and (value and tonumber(value) or not value and 0) -- false if there is more to say
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
      waiting[user] = true -- so do later beats, to keep the order
    end
  end
end
for i = firstOther, #ARGV, 4 do
  count, place = count + 1, place + 1
  rest[count] = {ARGV[i], ARGV[i + 1], place, isMoving and place + 1, ARGV[i + 2], tonumber(ARGV[i + 3])}
  if isMoving then place = place + 1 end
end
if count == 0 then return settle() end
