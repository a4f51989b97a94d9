-- Moves users out of one bucket into those they belong to now. KEYS: m d l, p s of that bucket, then p s of the others.
-- ARGV from 18: the bucket, how many others, their numbers, then for each user: id and place of its bucket among the others.
local from, others = ARGV[18], tonumber(ARGV[19])
if M[16] ~= ARGV[15] then note('moving', ARGV[15]) end -- from now on no new user comes to an old bucket
local due = redis.call('ZSCORE', KEYS[2], from)
for i = 20 + others, #ARGV, 2 do
  local user, place = ARGV[i], tonumber(ARGV[i + 1])
  for half = 0, 1 do
    local value = redis.call('HGET', KEYS[4 + half], user)
    if value then
      redis.call('HSET', KEYS[6 + 2 * place + half], user, value)
      redis.call('HDEL', KEYS[4 + half], user)
      if due then redis.call('ZADD', KEYS[2], 'LT', due, ARGV[20 + place]) end
    end
  end
end
local left = redis.call('HLEN', KEYS[4]) + redis.call('HLEN', KEYS[5])
if left == 0 then redis.call('ZREM', KEYS[2], from) end
finish({})
return {'DONE', now, run, left}
