-- What all nodes agree on: ours if there is nothing yet, ours in place of an older version, else what is there. KEYS: settings.
-- ARGV: layout version, groups, buckets, secret, then settings version, timeout, grace, retention, sessions.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'layout', ARGV[1], 'groups', ARGV[2], 'buckets', ARGV[3], 'secret', ARGV[4])
end
if tonumber(redis.call('HGET', key, 'version') or 0) < tonumber(ARGV[5]) then
  redis.call('HSET', key, 'version', ARGV[5], 'timeout', ARGV[6], 'grace', ARGV[7], 'retention', ARGV[8], 'sessions', ARGV[9])
end
return redis.call('HMGET', key, 'layout', 'groups', 'buckets', 'secret', 'version', 'timeout', 'grace', 'retention', 'sessions')
