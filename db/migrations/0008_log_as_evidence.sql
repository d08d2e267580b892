CREATE TABLE `audit_key` (
	`kid` text PRIMARY KEY NOT NULL,
	`public` text NOT NULL,
	`secret` text,
	`created_at` integer NOT NULL,
	`retired_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_key_current` ON `audit_key` ((retired_at is null)) WHERE retired_at is null;--> statement-breakpoint
CREATE TABLE `log_chain` (
	`tenant` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`sealed_at` integer NOT NULL,
	`caught_up_at` integer NOT NULL,
	`owner` text,
	`fence` integer DEFAULT 0 NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`keep_days` integer
);
--> statement-breakpoint
CREATE TABLE `log_checkpoint` (
	`tenant` text NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL,
	`jws` text NOT NULL,
	PRIMARY KEY(`tenant`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `log_erased` (
	`entry` text NOT NULL,
	`part` text NOT NULL,
	`tenant` text NOT NULL,
	`erasure` text NOT NULL,
	`digest` text NOT NULL,
	PRIMARY KEY(`entry`, `part`),
	CONSTRAINT "log_erased_part" CHECK(part in ('who','what'))
);
--> statement-breakpoint
CREATE INDEX `log_erased_by` ON `log_erased` (`erasure`);--> statement-breakpoint
CREATE TABLE `log_head` (
	`tenant` text NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL,
	`jws` text NOT NULL,
	PRIMARY KEY(`tenant`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `log_seal` (
	`tenant` text NOT NULL,
	`seq` integer NOT NULL,
	`entry` text NOT NULL,
	`sealed_at` integer NOT NULL,
	`caught_up_at` integer NOT NULL,
	`who_salt` text,
	`what_salt` text,
	`digest` text NOT NULL,
	`prev` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`tenant`, `seq`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `log_seal_entry` ON `log_seal` (`entry`);--> statement-breakpoint
CREATE TABLE `log_unsealed` (
	`tenant` text NOT NULL,
	`entry` text NOT NULL,
	PRIMARY KEY(`tenant`, `entry`)
);
--> statement-breakpoint
INSERT INTO `log_unsealed` (tenant, entry) SELECT tenant, id FROM log_entry;
--> statement-breakpoint
CREATE TRIGGER `log_entry_once` BEFORE INSERT ON `log_entry`
WHEN EXISTS (SELECT 1 FROM log_entry WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_entry_waits` AFTER INSERT ON `log_entry` BEGIN
  INSERT INTO log_unsealed (tenant, entry) VALUES (NEW.tenant, NEW.id);
END;
--> statement-breakpoint
DROP TRIGGER `log_entry_no_update`;
--> statement-breakpoint
CREATE TRIGGER `log_entry_no_update` BEFORE UPDATE ON `log_entry` WHEN NOT (
  NEW.id IS OLD.id AND NEW.tenant IS OLD.tenant AND NEW.service IS OLD.service AND NEW.at IS OLD.at
  AND NEW.level IS OLD.level AND NEW.role IS OLD.role AND NEW.action IS OLD.action
  AND NEW.operation IS OLD.operation AND NEW.duration_ms IS OLD.duration_ms AND NEW.code IS OLD.code
  AND NEW.client_visible IS OLD.client_visible
  AND (NEW.actor IS OLD.actor AND NEW.reason IS OLD.reason
    OR NEW.actor IS json_object('role', OLD.role, 'label', '') AND NEW.reason IS NULL
      AND EXISTS (SELECT 1 FROM log_erased WHERE entry = OLD.id AND part = 'who'))
  AND (NEW.params IS OLD.params AND NEW.detail IS OLD.detail
    OR NEW.params IS json_object('action', OLD.action) AND NEW.detail IS NULL
      AND EXISTS (SELECT 1 FROM log_erased WHERE entry = OLD.id AND part = 'what')))
BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;
--> statement-breakpoint
DROP TRIGGER `log_entry_no_delete`;
--> statement-breakpoint
CREATE TRIGGER `log_entry_no_delete` BEFORE DELETE ON `log_entry` WHEN NOT EXISTS (
  SELECT 1 FROM log_seal s JOIN log_checkpoint c ON c.tenant = s.tenant AND c.seq >= s.seq WHERE s.entry = OLD.id)
BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_unsealed_no_update` BEFORE UPDATE ON `log_unsealed`
BEGIN SELECT RAISE(ABORT, 'log_unsealed only empties by sealing'); END;
--> statement-breakpoint
CREATE TRIGGER `log_unsealed_no_delete` BEFORE DELETE ON `log_unsealed`
WHEN NOT EXISTS (SELECT 1 FROM log_seal WHERE entry = OLD.entry AND tenant = OLD.tenant)
BEGIN SELECT RAISE(ABORT, 'log_unsealed only empties by sealing'); END;
--> statement-breakpoint
CREATE TRIGGER `log_seal_next` BEFORE INSERT ON `log_seal`
WHEN EXISTS (SELECT 1 FROM log_seal WHERE tenant = NEW.tenant AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM log_seal WHERE entry = NEW.entry)
  OR NOT (NEW.seq = 1
    OR EXISTS (SELECT 1 FROM log_seal WHERE tenant = NEW.tenant AND seq = NEW.seq - 1 AND hash = NEW.prev)
    OR EXISTS (SELECT 1 FROM log_checkpoint WHERE tenant = NEW.tenant AND seq = NEW.seq - 1 AND hash = NEW.prev))
BEGIN SELECT RAISE(ABORT, 'log_seal grows at its end only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_seal_no_update` BEFORE UPDATE ON `log_seal` WHEN NOT (
  NEW.tenant IS OLD.tenant AND NEW.seq IS OLD.seq AND NEW.entry IS OLD.entry AND NEW.sealed_at IS OLD.sealed_at
  AND NEW.caught_up_at IS OLD.caught_up_at AND NEW.digest IS OLD.digest AND NEW.prev IS OLD.prev AND NEW.hash IS OLD.hash
  AND (NEW.who_salt IS OLD.who_salt
    OR NEW.who_salt IS NULL AND EXISTS (SELECT 1 FROM log_erased WHERE entry = OLD.entry AND part = 'who'))
  AND (NEW.what_salt IS OLD.what_salt
    OR NEW.what_salt IS NULL AND EXISTS (SELECT 1 FROM log_erased WHERE entry = OLD.entry AND part = 'what')))
BEGIN SELECT RAISE(ABORT, 'log_seal is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_seal_no_delete` BEFORE DELETE ON `log_seal`
WHEN NOT EXISTS (SELECT 1 FROM log_checkpoint WHERE tenant = OLD.tenant AND seq >= OLD.seq)
  OR EXISTS (SELECT 1 FROM log_entry WHERE id = OLD.entry)
BEGIN SELECT RAISE(ABORT, 'log_seal is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_head_once` BEFORE INSERT ON `log_head`
WHEN EXISTS (SELECT 1 FROM log_head WHERE tenant = NEW.tenant AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'log_head is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_head_no_update` BEFORE UPDATE ON `log_head`
BEGIN SELECT RAISE(ABORT, 'log_head is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_head_no_delete` BEFORE DELETE ON `log_head`
WHEN NOT EXISTS (SELECT 1 FROM log_checkpoint WHERE tenant = OLD.tenant AND seq > OLD.seq)
BEGIN SELECT RAISE(ABORT, 'log_head is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_checkpoint_of_seal` BEFORE INSERT ON `log_checkpoint`
WHEN EXISTS (SELECT 1 FROM log_checkpoint WHERE tenant = NEW.tenant AND seq >= NEW.seq)
  OR NOT EXISTS (SELECT 1 FROM log_seal WHERE tenant = NEW.tenant AND seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'a checkpoint stands on a seal behind the last checkpoint'); END;
--> statement-breakpoint
CREATE TRIGGER `log_checkpoint_no_update` BEFORE UPDATE ON `log_checkpoint`
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_checkpoint_no_delete` BEFORE DELETE ON `log_checkpoint`
BEGIN SELECT RAISE(ABORT, 'log_checkpoint is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_erased_of_seal` BEFORE INSERT ON `log_erased`
WHEN EXISTS (SELECT 1 FROM log_erased WHERE entry = NEW.entry AND part = NEW.part)
  OR NOT EXISTS (SELECT 1 FROM log_seal WHERE entry = NEW.entry AND tenant = NEW.tenant)
  OR NOT EXISTS (SELECT 1 FROM log_entry WHERE id = NEW.erasure AND tenant = NEW.tenant AND code = 'log.person.erased')
BEGIN SELECT RAISE(ABORT, 'only what is sealed is erased, and not without a word in the log'); END;
--> statement-breakpoint
CREATE TRIGGER `log_erased_no_update` BEFORE UPDATE ON `log_erased`
BEGIN SELECT RAISE(ABORT, 'log_erased is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_erased_no_delete` BEFORE DELETE ON `log_erased`
WHEN EXISTS (SELECT 1 FROM log_entry WHERE id IN (OLD.entry, OLD.erasure))
BEGIN SELECT RAISE(ABORT, 'log_erased is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_key_once` BEFORE INSERT ON `audit_key`
WHEN EXISTS (SELECT 1 FROM audit_key WHERE kid = NEW.kid)
BEGIN SELECT RAISE(ABORT, 'audit_key is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_key_no_update` BEFORE UPDATE ON `audit_key`
WHEN NOT (NEW.kid IS OLD.kid AND NEW.public IS OLD.public AND NEW.created_at IS OLD.created_at
  AND (NEW.retired_at IS OLD.retired_at OR OLD.retired_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'audit_key is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_key_no_delete` BEFORE DELETE ON `audit_key`
BEGIN SELECT RAISE(ABORT, 'audit_key is append-only'); END;
