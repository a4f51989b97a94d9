-- Records writes of one group. KEYS: m d l x, then for each write the p of its user's bucket and, while users are moving, that of the
-- bucket before. ARGV from 18, for each write: user and time for a beat of the default session, else user, kind, session hash and time.
local call, rest, others, count, place, isEarly, i, last = redis.call, {}, {}, 0, 4, made <= now, 18, #ARGV
local isMoving = tonumber(ARGV[15]) % 2 == 1
while i <= last do
  local user, time = ARGV[i], ARGV[i + 1]
  local stamp = tonumber(time)
  place = place + 1
  if stamp then -- nearly all, and nearly all of these are online and have no other session
    local known = isEarly and tonumber(call('HGET', KEYS[place], user))
    if known and known > 0 and not others[user] then
      if stamp > known then call('HSET', KEYS[place], user, time) end
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
if count == 0 then
  finish({})
  return {'DONE', now, run, 0}
end
