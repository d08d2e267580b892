CREATE TABLE `queue_turn` (
	`server` text NOT NULL,
	`tenant` text NOT NULL,
	`turn` integer NOT NULL,
	PRIMARY KEY(`server`, `tenant`)
);
--> statement-breakpoint
CREATE INDEX `queue_turn_last` ON `queue_turn` (`turn`);--> statement-breakpoint
CREATE INDEX `operation_queue` ON `operation` (`server`,`tenant`,`next_at`,`id`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `operation_owner` ON `operation` (`owner`) WHERE owner is not null;--> statement-breakpoint
CREATE INDEX `step_in_flight` ON `step` (`quarantine_until`) WHERE state in ('sent','uncertain');