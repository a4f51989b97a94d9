-- Presence on H2 2.2 and later. Times are epoch milliseconds; ids are UTF-8 bytes.
CREATE TABLE IF NOT EXISTS presence_user (
  beat    bigint   NOT NULL, -- newest beat of the live sessions while online, last seen after; 0 if not known
  bucket  integer  NOT NULL,
  grp     smallint NOT NULL,
  online  boolean  NOT NULL, -- as the feed last told
  came    boolean  NOT NULL, -- whether the last write brought the user online
  user_id varbinary(256) NOT NULL,
  more    varbinary(16777216),            -- sessions and tombstones, of those who have more than the default session
  CONSTRAINT presence_user_pk PRIMARY KEY (user_id)
);
CREATE INDEX IF NOT EXISTS presence_user_bucket ON presence_user (bucket, online);

CREATE TABLE IF NOT EXISTS presence_bucket (
  grp      smallint NOT NULL,
  bucket   integer  NOT NULL,
  due      bigint   NOT NULL, -- no claim in it is due before
  trim_due bigint   NOT NULL, -- when to look for what outlived its retention
  CONSTRAINT presence_bucket_pk PRIMARY KEY (grp, bucket)
);

CREATE TABLE IF NOT EXISTS presence_group (
  grp          smallint NOT NULL,
  grps         smallint NOT NULL,
  version      bigint   NOT NULL,
  timeout_ms   bigint   NOT NULL,
  grace_ms     bigint   NOT NULL,
  retention_ms bigint   NOT NULL,
  sessions     integer  NOT NULL,
  run          varchar(128) NOT NULL,
  epoch        bigint   NOT NULL,
  last_seq     bigint   NOT NULL, -- the number of the newest transition
  trimmed_seq  bigint   NOT NULL, -- the newest that has left the feed
  online_users bigint   NOT NULL,
  high         bigint   NOT NULL,
  swept        bigint   NOT NULL,
  period_ms    bigint   NOT NULL,
  flush_ms     bigint   NOT NULL,
  flush_at     bigint   NOT NULL,
  quiet_until  bigint   NOT NULL,
  benefit_from bigint   NOT NULL,
  turn_node    varchar(256) NOT NULL,
  turn_until   bigint   NOT NULL,
  CONSTRAINT presence_group_pk PRIMARY KEY (grp)
);

CREATE TABLE IF NOT EXISTS presence_feed (
  grp         smallint NOT NULL,
  seq         bigint   NOT NULL, -- the number of the last of the transitions
  at_ms       bigint   NOT NULL,
  node        varchar(256) NOT NULL,
  transitions varbinary(16777216) NOT NULL, -- of one write, in order: 2 x length + (1 if online) in two bytes, then the id
  CONSTRAINT presence_feed_pk PRIMARY KEY (grp, seq)
);
