-- Records writes of one group. KEYS: m d l x, then p of each bucket touched.
-- ARGV from 18, for each write: user and time for a beat of the default session in the next of the buckets; the same with a minus
-- before the time if it is in the same bucket as the last; else user, kind and place of the bucket, session hash, time. While users
-- are moving, the place of the bucket where the user was follows after a comma.
local call, rest, others, count, place, isEarly, i, last = redis.call, {}, {}, 0, -1, made <= now, 18, #ARGV
while i <= last do -- those who have the default session only, and beat: nearly all
  local user, time = ARGV[i], ARGV[i + 1]
  local stamp = tonumber(time)
  if stamp then
    if stamp > 0 then
      place = place + 1
    else
      stamp, time = -stamp, string.sub(time, 2)
    end
    local known = tonumber(call('HGET', KEYS[5 + place], user))
    if isEarly and known and known > 0 and not others[user] then
      if stamp > known then call('HSET', KEYS[5 + place], user, time) end
    else
      count = count + 1
      rest[count] = {user, 'b', place, nil, nil, stamp}
      others[user] = true -- whose writes are kept in order
    end
    i = i + 2
  else
    local kind, to, from = string.match(ARGV[i + 1], '(.)(%d+),?(%d*)')
    place = math.max(place, tonumber(to), tonumber(from) or 0)
    count = count + 1
    rest[count] = {user, kind, tonumber(to), tonumber(from), ARGV[i + 2], tonumber(ARGV[i + 3])}
    others[user] = true
    i = i + 4
  end
end
if count == 0 then
  finish({})
  return {'DONE', now, run, 0}
end
