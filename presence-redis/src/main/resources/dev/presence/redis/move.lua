-- Moves users out of one bucket into those they belong to now. KEYS: m d l, p of that bucket, then p of the others.
-- ARGV from 18: the bucket, numbers of the others, then for each user: id and place of its bucket among the others.
local from = ARGV[18]
if M[16] ~= ARGV[15] then note('moving', ARGV[15]) end -- from now on no new user comes to an old bucket
local due = redis.call('ZSCORE', KEYS[2], from)
for i = 15 + #KEYS, #ARGV, 2 do
  local user, place = ARGV[i], tonumber(ARGV[i + 1])
  local value = redis.call('HGET', KEYS[4], user)
  if value then
    redis.call('HSET', KEYS[5 + place], user, value)
    redis.call('HDEL', KEYS[4], user)
    if due then redis.call('ZADD', KEYS[2], 'LT', due, ARGV[19 + place]) end
  end
end
local left = redis.call('HLEN', KEYS[4])
if left == 0 then redis.call('ZREM', KEYS[2], from) end
finish({})
return {'DONE', now, run, left}
