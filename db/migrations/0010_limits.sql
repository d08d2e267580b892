CREATE TABLE `daily_use` (
	`tenant` text NOT NULL,
	`day` integer NOT NULL,
	`counted` text NOT NULL,
	`used` integer NOT NULL,
	PRIMARY KEY(`tenant`, `day`, `counted`)
);
--> statement-breakpoint
CREATE TABLE `rate_use` (
	`minute` integer NOT NULL,
	`key` text NOT NULL,
	`replica` text NOT NULL,
	`used` integer NOT NULL,
	PRIMARY KEY(`minute`, `key`, `replica`)
);
--> statement-breakpoint
ALTER TABLE `operation` ADD `counted` text;--> statement-breakpoint
ALTER TABLE `operation` ADD `counts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `tenant` ADD `limits` text;--> statement-breakpoint
CREATE TRIGGER `operation_counted` AFTER INSERT ON `operation` WHEN NEW.counted IS NOT NULL BEGIN
  INSERT INTO daily_use (tenant, day, counted, used)
  VALUES (NEW.tenant, NEW.created_at / 86400000, NEW.counted, NEW.counts)
  ON CONFLICT (tenant, day, counted) DO UPDATE SET used = used + NEW.counts;
END;
--> statement-breakpoint
CREATE TRIGGER `operation_given_back` AFTER UPDATE OF `state` ON `operation`
WHEN NEW.counted IS NOT NULL
  AND NEW.state IN ('cancelled', 'failed', 'resolved')
  AND OLD.state NOT IN ('succeeded', 'cancelled', 'failed', 'resolved')
  AND NOT EXISTS (SELECT 1 FROM step WHERE operation = NEW.id
                   AND (sent_at IS NOT NULL OR first_sent_at IS NOT NULL))
BEGIN
  UPDATE daily_use SET used = used - NEW.counts
  WHERE tenant = NEW.tenant AND day = NEW.created_at / 86400000 AND counted = NEW.counted;
END;
