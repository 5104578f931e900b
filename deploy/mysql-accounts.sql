-- The MySQL accounts that Reseed's services use, with exactly the privileges that each needs.
--
-- Run it once on each shard's primary as an administrator; replication and backups carry the
-- accounts to every other server. Before that, replace the five placeholders (@…_password) and, if
-- you can, the host part '%' by your network. caching_sha2_password, the default, is assumed:
-- replication and CLONE use TLS. Where no server has it, leave REQUIRE SSL out of the last two.
--
-- A comment has a line of its own, and every statement ends with a semicolon at a line's end.

-- Looks at servers: failover-detector, catchup-service, validator-service.
CREATE USER IF NOT EXISTS 'reseed_observer'@'%' IDENTIFIED BY '@observer_password';
-- SHOW REPLICA STATUS and SHOW BINARY LOG STATUS; SHOW REPLICAS; all connections are counted.
GRANT REPLICATION CLIENT, REPLICATION SLAVE, PROCESS ON *.* TO 'reseed_observer'@'%';
-- The replication threads' states, errors and lag.
GRANT SELECT ON performance_schema.* TO 'reseed_observer'@'%';

-- Administers the servers that Reseed makes: restore-service, catchup-service, validator-service.
CREATE USER IF NOT EXISTS 'reseed_agent'@'%' IDENTIFIED BY '@agent_password';
-- Looks as the observer does; checks all tables, and compares contents and definitions.
GRANT SELECT, SHOW VIEW, REPLICATION CLIENT, REPLICATION SLAVE, PROCESS ON *.* TO 'reseed_agent'@'%';
-- START, STOP and CHANGE REPLICATION; RESET REPLICA ALL; a clean SHUTDOWN.
GRANT REPLICATION_SLAVE_ADMIN, RELOAD, SHUTDOWN ON *.* TO 'reseed_agent'@'%';
-- The fence (super_read_only, skip_replica_start), also over a restart, and the clone's donor list.
GRANT SYSTEM_VARIABLES_ADMIN, PERSIST_RO_VARIABLES_ADMIN, CONNECTION_ADMIN
  ON *.* TO 'reseed_agent'@'%';
-- CLONE INSTANCE.
GRANT CLONE_ADMIN, BACKUP_ADMIN ON *.* TO 'reseed_agent'@'%';

-- Compares the contents of restored servers with a replica's: validator-service. It changes
-- nothing; it keeps a replica from one table for moments.
CREATE USER IF NOT EXISTS 'reseed_checker'@'%' IDENTIFIED BY '@checker_password';
-- All rows; a lock on one table; SHOW REPLICA STATUS; views, routines and accounts.
GRANT SELECT, SHOW VIEW, LOCK TABLES, REPLICATION CLIENT ON *.* TO 'reseed_checker'@'%';
-- MySQL shows triggers and events only to who may make them. Without these two grants they are not
-- compared, and each proof says so; with them whoever has the password can make triggers:
-- GRANT TRIGGER, EVENT ON *.* TO 'reseed_agent'@'%', 'reseed_checker'@'%'

-- What replicas log in with at their source.
CREATE USER IF NOT EXISTS 'reseed_replicator'@'%' IDENTIFIED BY '@replicator_password' REQUIRE SSL;
GRANT REPLICATION SLAVE ON *.* TO 'reseed_replicator'@'%';

-- What a CLONE logs in with at its donor, and what the checks before it look at there. The donors
-- themselves need plugin_load_add=mysql_clone.so: no account here may install plugins.
CREATE USER IF NOT EXISTS 'reseed_donor'@'%' IDENTIFIED BY '@donor_password' REQUIRE SSL;
-- PROCESS tells the size of the tablespaces, so that a disk too small is seen before.
-- SHOW VIEW shows which tables there are, not what is in them: CLONE would bring some empty.
GRANT BACKUP_ADMIN, PROCESS, SHOW VIEW ON *.* TO 'reseed_donor'@'%';
GRANT SELECT ON performance_schema.* TO 'reseed_donor'@'%';
