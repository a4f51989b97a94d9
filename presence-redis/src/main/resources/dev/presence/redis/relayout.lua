-- Puts one layout in place of another, unless another node was faster. KEYS: settings. ARGV: the one, the other.
if redis.call('HGET', KEYS[1], 'layout') ~= ARGV[1] then return {0} end
redis.call('HSET', KEYS[1], 'layout', ARGV[2])
return {1}
